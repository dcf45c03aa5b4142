// optim_file.cpp - optimisers' states in files: LibTorch's serialisation of options and states, by group and parameter.
//
// Rationale: torch::save of an optimiser names states by the addresses of tensors, which 1.13 and 2.x write in different ways
// and each reads its own; 1.13 leaves the options out when it loads; and both load the state of another class. So each
// state and its options are written by LibTorch, and where they belong by us.
#include "optim.hpp"

#include <ATen/ATen.h>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <numeric>
#include <sstream>

#include "archive.hpp"
#include "error.hpp"
#include "optim_classes.hpp"
#include "version.hpp"

#undef RT_GROUP
#define RT_GROUP "optim"

namespace rt::libtorch {

namespace {

using ::torch::serialize::InputArchive;
using ::torch::serialize::OutputArchive;
using Group = ::torch::optim::OptimizerParamGroup;
using States = std::remove_reference_t<decltype(std::declval<::torch::optim::Optimizer &>().state())>;

constexpr const char *class_key = "rtffi_optimizer";

std::string numbered(const char *name, std::size_t number) { return str(name, "/", number); }

// ---- Writing -----------------------------------------------------------------------------------------------------------

template <class Part> void write_part(OutputArchive &into, const std::string &key, const Part &part) {
    OutputArchive archive(into.compilation_unit());
    part.serialize(archive);
    into.write(key, archive);
}

std::string written(const Changing &optimizer) {
    const at::NoGradGuard no_grad;
    OutputArchive archive;
    archive.write(class_key, c10::IValue(std::string(optimizer.state().of.method.name)));
    archive.write("groups", c10::IValue(std::ssize(optimizer.groups())));
    for (std::size_t i = 0; i < optimizer.groups().size(); i++) {
        const Group &group = optimizer.groups()[i];
        OutputArchive part(archive.compilation_unit());
        part.write("parameters", c10::IValue(std::ssize(group.params())));
        write_part(part, "options", group.options());
        for (std::size_t j = 0; j < group.params().size(); j++) {
            const auto found =
                optimizer->state().find(optimizer_state_key(*optimizer.state().optimizer, group.params()[j]));
            if (found != optimizer->state().end()) {
                optimizer.state().of.drop_scratch(*found->second);
                write_part(part, numbered("state", j), *found->second);
            }
        }
        archive.write(numbered("group", i), part);
    }
    std::ostringstream bytes;
    archive.save_to(bytes);
    return std::move(bytes).str();
}

[[noreturn]] void cannot_write(const std::string &path) {
    throw Error(RT_E_CALLEE, printable_path(path) + " cannot be written: " + std::strerror(errno), "cannot_write");
}

// What is there under that name stays until the new file is whole.
void write_file(const std::string &path, const std::string &bytes) {
    const std::string unfinished = path + ".unfinished";
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    if (!file) { // and what is there, a folder, say, is not ours to remove
        cannot_write(path);
    }
    file.write(bytes.data(), std::ssize(bytes));
    file.close();
    if (!file || std::rename(unfinished.c_str(), path.c_str()) != 0) {
        const int why = errno;
        std::remove(unfinished.c_str());
        errno = why;
        cannot_write(path);
    }
}

void save(const TorchOptimizer &self, std::string_view path) {
    const std::string file(path);
    check_new_file(file);
    write_file(file, written(Changing(self)));
}

// ---- Reading -----------------------------------------------------------------------------------------------------------

std::int64_t number_in(InputArchive &archive, const char *key) {
    c10::IValue value;
    archive.read(key, value);
    return value.toInt();
}

// LBFGS has one state for all its parameters, with vectors of all their elements, and numbers.
bool belongs(const at::Tensor &tensor, const Group &group, const at::Tensor &parameter, bool of_all) {
    if (!of_all) {
        return tensor.sizes() == parameter.sizes();
    }
    const std::int64_t elements =
        std::accumulate(group.params().begin(), group.params().end(), std::int64_t{0},
                        [](std::int64_t sum, const at::Tensor &p) { return sum + p.numel(); });
    return tensor.dim() == 0 || (tensor.dim() == 1 && tensor.numel() == elements);
}

// What a file says of an optimiser, before any of it is the optimiser's.
class Loaded {
  public:
    Loaded(InputArchive &archive, const Using &optimizer) : of_(optimizer.state().of) {
        check_class(archive);
        check_count("groups of parameters", number_in(archive, "groups"), optimizer.groups().size());
        for (std::size_t i = 0; i < optimizer.groups().size(); i++) {
            InputArchive part;
            archive.read(numbered("group", i), part);
            read_group(part, i, optimizer);
        }
    }
    void move_into(const Using &optimizer) && {
        optimizer->state().swap(states_);
        for (std::size_t i = 0; i < options_.size(); i++) {
            optimizer.groups()[i].set_options(std::move(options_[i]));
        }
    }

  private:
    void check_class(InputArchive &archive) const {
        c10::IValue value;
        archive.read(class_key, value);
        if (value.toStringRef() != of_.method.name) {
            refuse(str("the file holds the state of ", printable(value.toStringRef()), ", and this optimiser is ",
                       of_.method.name),
                   "other_optimizer");
        }
    }
    static void check_count(const std::string &what, std::int64_t in_file, std::size_t here) {
        if (in_file != static_cast<std::int64_t>(here)) {
            refuse(str("the file is of ", in_file, " ", what, ", and this optimiser has ", here), "other_optimizer");
        }
    }
    void read_group(InputArchive &part, std::size_t number, const Using &optimizer) {
        const Group &group = optimizer.groups()[number];
        check_count(str("parameters in group ", number), number_in(part, "parameters"), group.params().size());
        InputArchive options;
        part.read("options", options);
        options_.push_back(group.options().clone());
        options_.back()->serialize(options);
        check_options(of_.method, of_.numbers_of(*options_.back()));
        for (std::size_t i = 0; i < group.params().size(); i++) {
            InputArchive state;
            if (part.try_read(numbered("state", i), state)) {
                states_[optimizer_state_key(*optimizer.state().optimizer, group.params()[i])] =
                    read_state(state, group, i);
            }
        }
    }
    std::unique_ptr<::torch::optim::OptimizerParamState> read_state(InputArchive &archive, const Group &group,
                                                                    std::size_t number) const {
        const at::Tensor &parameter = group.params()[number];
        auto state = of_.make_state();
        state->serialize(archive);
        of_.each_tensor(*state, [&](at::Tensor &tensor) {
            if (!belongs(tensor, group, parameter, of_.method.needs_closure)) {
                refuse(str("the file's state of parameter ", number, " has shape ", text_of(tensor.sizes()),
                           ", and the parameter ", text_of(parameter.sizes())),
                       "other_optimizer");
            }
            tensor = tensor.to(parameter.device(), parameter.scalar_type());
        });
        return state;
    }

    const OptimizerClass &of_;
    std::vector<std::unique_ptr<::torch::optim::OptimizerOptions>> options_;
    States states_;
};

Loaded read(const std::string &file, const Using &optimizer) {
    check_archive(file, /*contents_too=*/true);
    InputArchive archive;
    archive.load_from(file, c10::Device(at::kCPU));
    return {archive, optimizer};
}

void load(const TorchOptimizer &self, std::string_view path) {
    const std::string file(path);
    check_file(file);
    const Changing optimizer(self);
    const at::NoGradGuard no_grad;
    try {
        read(file, optimizer).move_into(optimizer);
    } catch (const Error &error) {
        throw Error(error.code(), printable_path(file) + ": " + error.what(), error.cause());
    } catch (...) {
        const Failure failure = translate_exception();
        if (failure.code == RT_E_MEMORY) {
            throw;
        }
        throw Error(RT_E_CALLEE,
                    printable_path(file) + " is not the state of an optimiser (" + failure.message +
                        "): write one with rt_torch_optim_save",
                    "not_an_optimizer");
    }
}

} // namespace

RT_FUNCTION_FLAGS(
    save, "rt_torch_optim_save(optimizer: TorchOptimizer, path: text)",
    "Writes the optimiser's options and what its steps have left with each parameter to a file; a file of "
    "that name stays as it is until the new one is whole.",
    RT_FUNCTION_BLOCKS)
RT_FUNCTION_FLAGS(
    load, "rt_torch_optim_load(optimizer: TorchOptimizer, path: text)",
    "Goes on from what rt_torch_optim_save wrote of an optimiser of the same class with the same groups of "
    "parameters, whose values it leaves alone. Any other or damaged file is an error, and changes nothing.",
    RT_FUNCTION_BLOCKS)

} // namespace rt::libtorch
