// module_create.cpp - every module class of torch::nn by its name: a provider for `torch::nn::`, whose functions make modules.
#include "module_class.hpp"

#include <algorithm>

#include "guarded.hpp"
#include "near_names.hpp"

#undef RT_GROUP
#define RT_GROUP "module"

namespace rt::libtorch {

namespace {

constexpr std::string_view prefix = "torch::nn::";

// Live for ever: functions' records point to them.
std::vector<ModuleClass> &classes() {
    static auto *const all = [] {
        auto *made = new std::vector<ModuleClass>;
        for (const auto table : {activation_classes, convolution_classes, recurrent_classes, loss_classes}) {
            for (ModuleClass &row : table()) {
                made->push_back(std::move(row));
            }
        }
        std::sort(made->begin(), made->end(), [](const ModuleClass &a, const ModuleClass &b) {
            return std::string_view(a.name) < std::string_view(b.name);
        });
        return made;
    }();
    return *all;
}

std::string signature_of(const ModuleClass &of) {
    ParameterList list;
    for (const ModuleParameter &known : of.known) {
        // None stands for a default that LibTorch computes from other options.
        const bool computed = known.parameter.has_default && known.parameter.fallback.isNone();
        list.add(known.parameter, known.word + (computed && !known.word.ends_with('?') ? "?" : ""));
    }
    return std::string(prefix) + of.name + "(" + list.text + ") -> TorchModule";
}

void learn(ModuleClass &of) {
    if (of.signature.empty()) {
        of.known = of.parameters();
        of.signature = signature_of(of);
    }
}

rt_status create(const rt_function *self, const rt_value *args, std::size_t count, rt_value *result) {
    const auto &of = *static_cast<const ModuleClass *>(self->context);
    const auto required = std::count_if(of.known.begin(), of.known.end(),
                                        [](const ModuleParameter &known) { return !known.parameter.has_default; });
    if (count > of.known.size() || std::cmp_less(count, required)) {
        *result = {RT_NONE, 0, 0, {0}};
        return detail::host->complete(self, args, count, result); // which says what is wrong
    }
    return guarded(self->signature, result, [&] {
        for (std::size_t i = 0; i < count; i++) {
            if (const char *damage = damage_of(args[i])) {
                throw detail::Reported{detail::host->fail_argument(self->signature, i, RT_E_ARGUMENT, damage)};
            }
        }
        ModuleArguments arguments(of, args, count);
        *result = {RT_HANDLE, 0, 0, {make_handle(of.make(arguments))}};
    });
}

// The description's texts live in the class.
std::string doc_of(const ModuleClass &of) {
    return std::string("A module of LibTorch's class torch::nn::") + of.name +
           "; none for an option is its default. Run it with rt_torch_module_forward, or rt_torch_module_call.";
}

void describe(const ModuleClass &of, const std::string &doc, rt_function_desc &out) {
    out.signature = of.signature.c_str();
    out.doc = doc.c_str();
    out.group = RT_GROUP;
    out.dynamic = create;
    out.context = const_cast<ModuleClass *>(&of);
}

rt_status no_such_class(const char *name, std::string_view wanted) {
    std::vector<std::string> names;
    for (const ModuleClass &of : classes()) {
        names.emplace_back(of.name);
    }
    const std::string message = "no function named '" + printable(name) +
                                "' is registered: LibTorch has no such module class; it has " + listed(names, wanted);
    return detail::host->fail(nullptr, RT_E_NOT_FOUND, "not_provided", message.c_str());
}

rt_status resolve(void *, const char *name, rt_function_desc *out) {
    return guarded([&]() -> rt_status {
        const std::string_view wanted = std::string_view(name).substr(prefix.size());
        const auto found =
            std::find_if(classes().begin(), classes().end(), [&](const ModuleClass &of) { return wanted == of.name; });
        if (found == classes().end()) {
            return no_such_class(name, wanted);
        }
        static auto *const doc = new std::string;
        learn(*found);
        *doc = doc_of(*found);
        describe(*found, *doc, *out);
        return RT_OK;
    });
}

rt_status each(void *, const char *begin, bool (*visit)(void *, const rt_function_desc *), void *data) {
    return guarded([&]() -> rt_status {
        for (ModuleClass &of : classes()) {
            if (!(std::string(prefix) + of.name).starts_with(begin)) {
                continue;
            }
            learn(of);
            const std::string doc = doc_of(of);
            rt_function_desc desc = {};
            desc.struct_size = sizeof desc;
            describe(of, doc, desc);
            if (!visit(data, &desc)) {
                break;
            }
        }
        return RT_OK;
    });
}

} // namespace

RT_PROVIDER("torch::nn::", resolve, each, nullptr)

} // namespace rt::libtorch
