// sample.hpp - arguments for an operator, made from its schema: once as LibTorch's own values, once as the registry's. Shares no
// code with the plugin: what is compared must not be wrong on both sides for one reason.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/function_schema.h>

#include <rtffi/host.hpp>

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absurd.hpp"

namespace operators {

// What the tensors and numbers of a sample are like.
struct Profile {
    const char *name;
    std::vector<std::int64_t> shape;
    at::ScalarType dtype;
    bool transposed = false;  // tensors of two dimensions and more are not contiguous
    std::int64_t integer = 1; // for an int of which nothing is known
    bool gradients = false;   // floating tensors collect gradients
    bool registry = true;     // make the registry's tensors, too
    // Absurd values in place of all that is above, and also for parameters that have defaults.
    std::optional<std::uint64_t> absurd_seed = std::nullopt;
};
const std::vector<Profile> &profiles();

// One tensor, on both sides.
struct Pair {
    at::Tensor direct;
    rt::Handle handle;
};

class Sample {
  public:
    // False from `possible` where the schema asks for something that cannot be made.
    Sample(const c10::FunctionSchema &schema, const Profile &profile);
    Sample(const Sample &) = delete;
    Sample &operator=(const Sample &) = delete;

    bool possible() const { return possible_; }
    const std::vector<c10::IValue> &stack() const { return stack_; }
    // Those that have no default: by position, and, if `named`, by name from the first keyword-only one on.
    const std::vector<rt_value> &args() const { return args_; }
    const std::vector<const char *> &names() const { return names_; }
    bool has_names() const { return has_names_; }
    const std::deque<Pair> &tensors() const { return tensors_; }

  private:
    bool add(const c10::Argument &argument);
    bool add_one(const std::string &name, const c10::TypePtr &type, c10::IValue &direct, rt_value &value);
    bool add_list(const c10::Argument &argument, const c10::ListType &type, c10::IValue &direct, rt_value &value);
    const Pair &make_tensor(const std::string &name);
    const Pair &make_absurd_tensor(Absurd &absurd, const std::string &name);
    std::int64_t integer_for(const std::string &name);
    std::vector<std::int64_t> integers_for(const std::string &name, std::size_t count);
    std::size_t list_size(std::size_t usual) { return absurd_ ? absurd_->integers(usual).size() : usual; }

    const Profile &profile_;
    std::optional<Absurd> absurd_;
    bool possible_ = true;
    bool has_names_ = false;
    std::vector<c10::IValue> stack_;
    std::vector<rt_value> args_;
    std::vector<const char *> names_;
    std::deque<Pair> tensors_;
    std::deque<std::string> texts_;
    std::deque<std::vector<std::int64_t>> integers_;
    std::deque<std::vector<double>> doubles_;
    std::deque<std::vector<unsigned char>> bools_;
    std::deque<std::vector<rt_value>> values_;
};

} // namespace operators
