#include "argument_error.hpp"

#include <memory>

#include "error.hpp"
#include "fitting.hpp"
#include "handle.hpp"
#include "signature.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

struct Where {
    std::string function;
    std::string argument; // "argument 2 (other): "
    std::string type;
};

Where locate(const char *signature, size_t index) {
    const std::unique_ptr<Signature> parsed = parse_on_heap(signature != nullptr ? signature : "");
    Where where{std::string(parsed->name), "argument " + std::to_string(index + 1), ""};
    if (index < parsed->count && index < Signature::max_parameters) {
        where.argument += joined({" (", parsed->parameters[index].name, ")"});
        where.type = parsed->parameters[index].type.text;
    }
    where.argument += ": ";
    return where;
}

rt_status fail_at(const Where &where, rt_status code, const char *cause, const std::string &message) {
    return fail(code, cause, joined({where.function, ": ", where.argument, message}), where.function);
}

} // namespace

rt_status fail_argument(const char *signature, size_t index, rt_status code, const char *message) {
    return guarded("fail_argument",
                   [&] { return fail_at(locate(signature, index), code, nullptr, message != nullptr ? message : ""); });
}

rt_status fail_handle(const char *signature, size_t index, int64_t handle, const rt_class *expected) {
    return guarded("fail_handle", [&] {
        const rt_class *actual = class_of(handle);
        const char *cause = handle == 0 ? "null_handle" : actual != nullptr ? "wrong_class" : "freed_handle";
        // Another object than the function wants, or none: then what it wants is told. A freed one was right once.
        const bool wrong_kind = (handle == 0 || actual != nullptr) && signature != nullptr;
        return fail_at(locate(signature, index), RT_E_HANDLE, cause,
                       joined({describe_bad_handle(handle, expected), wrong_kind ? "; the function is `" : "",
                               wrong_kind ? signature : "", wrong_kind ? "`" : ""}));
    });
}

rt_status fail_value(const char *signature, size_t index, const rt_value *got) {
    return guarded("fail_value", [&] {
        const Where where = locate(signature, index);
        return fail_at(where, RT_E_TYPE, "wrong_type",
                       joined({"expected ", where.type, ", got ", described(got), "; the function is `",
                               signature != nullptr ? signature : "", "`"}));
    });
}

} // namespace rt::core
