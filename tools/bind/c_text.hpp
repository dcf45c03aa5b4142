// c_text.hpp - names, types and strings of C, which the generators for C and C++ write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "names.hpp"
#include "writer.hpp"

namespace rt::tools::bind {

// A name that C and C++ take: `_` for what no identifier may hold, and one more at the end of a keyword.
std::string c_identifier(std::string_view name);

// A string literal, with the quotes.
std::string c_string(std::string_view text);

// A block comment, which a comment's end in `text` does not end.
void write_block_comment(Writer &out, std::string_view text);

// The names of the plugins, as one identifier: `geometry_text`.
std::string plugins_identifier(const Interface &interface);

// One parameter of a signature in C: an array is two.
struct CParameter {
    std::string name;
    std::vector<std::string> types; // "const int64_t *", "size_t ": what stands before a name
    std::vector<std::string> names; // "dims", "dims_count"
    std::string value;              // an expression that makes an rt_value of it
};

// The parameters of a function, methods' first included. What has no form in a native call is an rt_value.
std::vector<CParameter> c_parameters(const Function &function, UniqueNames &names);

// The result of a native call: "void ", "TorchTensor ", "const int64_t *".
std::string c_result(const Type &type);
// Whether a native call has one more parameter, for the number of the result's elements.
bool is_counted(const Type &result);
// What a native call gives where it failed: "0", "false", "NULL"; of a function without a result "".
std::string c_failure(const Type &result);

} // namespace rt::tools::bind
