// c_function.hpp - a function in a generated C file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "c_text.hpp"

namespace rt::tools::bind {

// A function in C, and what its body calls its own things.
struct CFunction {
    // `taken`: what its parameters must not hide.
    CFunction(const Function &of, std::string c_name, UniqueNames taken)
        : function(of), name(std::move(c_name)), native(of.is_native()), names(std::move(taken)),
          parameters(c_parameters(of, names)), extra(names.take(native ? "count" : "result")),
          bound(names.take("bound")), entry(names.take("entry")), values(names.take("values")) {}

    const Type &result_type() const { return function.parsed->result; }
    bool counted() const { return native && is_counted(result_type()); }
    // Whether it has one more parameter, `extra`, last.
    bool has_extra() const { return counted() || (!native && result_type().kind != Kind::none); }
    std::string result() const { return native ? c_result(result_type()) : "rt_status "; }

    std::string parameter_list(bool with_names) const {
        std::string list;
        for (const CParameter &parameter : parameters) {
            for (std::size_t i = 0; i < parameter.types.size(); i++) {
                list = comma(list, declared(parameter.types[i], with_names ? parameter.names[i] : ""));
            }
        }
        if (function.parsed->variadic) {
            list = comma(list, with_names ? "const rt_value *arguments, size_t arguments_count" : "");
        }
        if (has_extra()) {
            list = comma(list, declared(native ? "size_t *" : "rt_value *", with_names ? extra : ""));
        }
        return list.empty() ? "void" : list;
    }
    std::string argument_list() const {
        std::string list;
        for (const CParameter &parameter : parameters) {
            for (const std::string &argument : parameter.names) {
                list = comma(list, argument);
            }
        }
        return has_extra() ? comma(list, extra) : list;
    }
    std::string declaration() const { return result() + name + "(" + parameter_list(true) + ")"; }

    static std::string declared(const std::string &type, const std::string &parameter) {
        return parameter.empty() && type.back() == ' ' ? type.substr(0, type.size() - 1) : type + parameter;
    }

    const Function &function;
    std::string name;
    bool native;
    UniqueNames names;
    std::vector<CParameter> parameters;
    std::string extra;
    std::string bound;
    std::string entry;
    std::string values;
};

} // namespace rt::tools::bind
