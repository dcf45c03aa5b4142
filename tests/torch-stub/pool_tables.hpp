// pool_tables.hpp - which literal values a parameter is tried with, and which of the pools' objects.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace stub_test {

using Numbers = std::vector<std::int64_t>;

// Whole numbers by the parameter's name; "" for the others.
const std::map<std::string_view, Numbers> &whole_numbers();
// Lists of whole numbers by the parameter's name.
const std::map<std::string_view, std::vector<Numbers>> &lists_of_numbers();
const std::map<std::string_view, std::vector<double>> &fractions();
const std::map<std::string_view, std::vector<const char *>> &texts();
// Lists of names by the parameter's name.
const std::map<std::string_view, std::vector<std::vector<const char *>>> &lists_of_names();
// Which of the tensors a parameter gets where few of them make sense together, by function and parameter.
const std::map<std::string_view, std::vector<std::string_view>> &chosen_tensors();
// Which lists of tensors a parameter gets where few of them make sense.
const std::map<std::string_view, std::vector<std::vector<std::string_view>>> &chosen_lists();

} // namespace stub_test
