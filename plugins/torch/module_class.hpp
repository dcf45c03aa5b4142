// module_class.hpp - a module class of torch::nn as a function that makes one: its options as parameters, those that LibTorch asks
// for first, all others by keyword. The tables are made of rows of module_row.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "module_option.hpp"

namespace rt::libtorch {

struct ModuleParameter {
    SchemaParameter parameter;
    std::string word; // its type, as the signature has it
};

struct ModuleClass;

// The arguments of one call, by parameter.
class ModuleArguments {
  public:
    ModuleArguments(const ModuleClass &of, const rt_value *args, std::size_t count)
        : of_(of), args_(args), count_(count) {}

    // Whether there is something to read; none stands for the default of an option that has one.
    bool given(std::size_t index) const;
    // Throws where the argument is none for the option.
    template <class T> void read(std::size_t index, T &out) const {
        try {
            if (!read_option(args_[index], out)) {
                refuse(index);
            }
        } catch (const Error &error) {
            refuse(index, error);
        }
    }
    // What is wrong with the numbers of an option, whatever the class.
    void check(std::size_t index, const c10::IValue &value);
    void check_all() const { sizes_.check(); }

  private:
    [[noreturn]] void refuse(std::size_t index) const;
    [[noreturn]] void refuse(std::size_t index, const Error &error) const;
    std::string_view parameter_name(std::size_t index) const;

    // Whether numbers are such that LibTorch survives them, and the module's tensors fit into memory.
    class Sizes {
      public:
        void add(std::string_view name, const c10::IValue &value);
        void check() const;

      private:
        double weights_ = 1; // elements of a tensor
        double squares_ = 0; // elements of tensors, in each layer
        double layers_ = 1;
    };

    const ModuleClass &of_;
    const rt_value *args_;
    std::size_t count_;
    Sizes sizes_;
};

struct ModuleClass {
    const char *name;
    std::vector<ModuleParameter> (*parameters)();
    TorchModule (*make)(ModuleArguments &arguments);

    // Of the function that makes one; set when a host first asks.
    std::vector<ModuleParameter> known = {};
    std::string signature = {};
};

std::vector<ModuleClass> activation_classes();
std::vector<ModuleClass> convolution_classes();
std::vector<ModuleClass> recurrent_classes();
std::vector<ModuleClass> loss_classes();

} // namespace rt::libtorch
