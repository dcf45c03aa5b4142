// checks.hpp - checks as `info`, `explain` and `verify` show them: {"id","ok","detail","hint"}, and "seconds" where the check was
// run in a process of its own. One that holds and has a hint all the same is a warning.
#pragma once

#include "output.hpp"

namespace rt::tools {

Json make_check(const std::string &id, bool ok, const std::string &detail, const std::string &hint = "");

bool is_warning(const Json &check);

// One line for each, "ok    abi  made for version 1", with the hint below a check that failed and a warning.
void print_checks(const Json &checks, std::size_t indent);

std::size_t failures(const Json &checks);
std::size_t warnings(const Json &checks);

// "1 function", "3 functions".
std::string counted(std::size_t count, const std::string &what);

} // namespace rt::tools
