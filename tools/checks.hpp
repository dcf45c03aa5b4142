// checks.hpp - checks as `info`, `explain` and `verify` show them: {"id","ok","detail","hint"}.
#pragma once

#include "output.hpp"

namespace rt::tools {

Json make_check(const std::string &id, bool ok, const std::string &detail, const std::string &hint = "");

// One line for each, "ok    abi  made for version 1", with the hint below a check that failed.
void print_checks(const Json &checks, std::size_t indent);

std::size_t failures(const Json &checks);

// "1 function", "3 functions".
std::string counted(std::size_t count, const std::string &what);

} // namespace rt::tools
