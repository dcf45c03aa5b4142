// pools.hpp - what every parameter of every function is tried with, good and bad.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <rtffi/detail/signature.hpp>
#include <rtffi/host.hpp>

#include "pool_tables.hpp"

namespace stub_test {

// An argument, and how it is written where it is reported.
struct Choice {
    std::string text;
    rt_value value;
};
using Choices = std::vector<Choice>;

// Objects and memory that the arguments are made of. Made anew for each function, since some functions change their arguments.
class Pools {
  public:
    Pools();
    // What a parameter is given. Throws where its type is none that the pools know.
    Choices of(std::string_view function, const rt::Parameter &parameter);

  private:
    const rt::Handle &keep(rt::Handle handle);
    void tensor(const std::string &name, rt::Handle handle);
    void module(const std::string &name, rt::Handle handle);
    rt::Handle zeros(const Numbers &dims, const char *dtype = "float32");
    rt::Handle with_grad(rt::Handle handle);
    void make_tensors();
    void make_modules();
    Choices tensors(std::string_view key) const;
    Choices tensor_lists(std::string_view key);
    Choices module_lists();
    Choices lists_of_values();
    Choices lists_of_indices();
    Choices values();
    Choices lists_of_texts(std::string_view parameter);
    rt::Handle optimizer(const char *function);
    Choices others(std::string_view class_name);
    Choice numbers(const Numbers &list);

    std::deque<rt::Handle> handles_;
    std::deque<Numbers> lists_;
    std::deque<std::vector<rt_value>> values_;
    Choices tensors_;
    Choices modules_;
};

} // namespace stub_test
