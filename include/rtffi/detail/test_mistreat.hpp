// SPDX-License-Identifier: Apache-2.0
// test_mistreat.hpp - calls every function of a plugin as it must not be called. Each call has to be refused with a message.
#ifndef RTFFI_DETAIL_TEST_MISTREAT_HPP
#define RTFFI_DETAIL_TEST_MISTREAT_HPP

#include <map>
#include <string>
#include <vector>

#include "signature.hpp"
#include "test_plugin.hpp"

namespace rt::test {

// Living objects by the name of their class, for the parameters that are not the wrong one.
using Objects = std::map<std::string, std::int64_t, std::less<>>;

namespace detail {

// A value that is wrong for a parameter, and in words.
struct Wrong {
    rt_value value;
    std::string what;
};

// Handles that are good for nothing: one of another class, one that was freed, one that was never given out.
class WrongHandles {
  public:
    WrongHandles() : freed_(make().get()), other_(make()) {}
    std::vector<std::pair<std::int64_t, const char *>> all() const {
        return {{freed_, "a freed handle"},
                {other_.get(), "a handle of another class"},
                {(std::int64_t{1} << 52) + 1, "a handle that was never given out"},
                {-1, "a negative handle"}};
    }
    std::int64_t freed() const noexcept { return freed_; }
    std::int64_t callable() const noexcept { return other_.get(); }

  private:
    static Handle make() {
        const std::int64_t handle = rt_callable(
            "fn()",
            [](const rt_function *, const rt_value *, std::size_t, rt_value *result) -> rt_status {
                *result = rt_none();
                return RT_OK;
            },
            nullptr, nullptr, RT_FUNCTION_ANY_THREAD);
        if (handle == 0) {
            rt::detail::throw_last_error(RT_E_MEMORY);
        }
        return Handle(handle);
    }

    std::int64_t freed_;
    Handle other_;
};

// The tag of an array's or of bytes' value.
inline std::uint32_t memory_tag(const Type &type) {
    switch (type.kind == Kind::array && !type.element_optional ? type.element : type.kind) {
    case Kind::bytes:
        return RT_BYTES;
    case Kind::i64:
        return RT_I64_ARRAY;
    case Kind::f64:
        return RT_F64_ARRAY;
    case Kind::boolean:
        return RT_BOOL_ARRAY;
    case Kind::handle:
        return RT_HANDLE_ARRAY;
    default:
        return type.element == Kind::handle ? RT_HANDLE_ARRAY : RT_VALUES;
    }
}

// What is right and what is wrong for one parameter. The values borrow from it.
class ParameterValues {
  public:
    ParameterValues(const Type &type, const Objects &objects, const WrongHandles &handles)
        : type_(type), objects_(objects), handles_(handles) {}

    // Of the right type, and harmless, since another argument is the wrong one. A handle is 0 where no object was given.
    rt_value right() const {
        switch (type_.kind) {
        case Kind::boolean:
            return rt_bool(false);
        case Kind::i32:
        case Kind::i64:
            return rt_i64(0);
        case Kind::f64:
            return rt_f64(0);
        case Kind::text:
            return rt_text("");
        case Kind::bytes:
        case Kind::array:
            return memory(memory_tag(type_), words, 0);
        case Kind::pointer:
            return rt_memory(RT_POINTER, nullptr, 0);
        case Kind::function:
            return rt_handle(handles_.callable());
        case Kind::handle: {
            const auto found = objects_.find(type_.name);
            return rt_handle(found != objects_.end() ? found->second : 0);
        }
        default:
            return rt_none();
        }
    }

    std::vector<Wrong> wrong() const {
        std::vector<Wrong> all;
        if (type_.kind == Kind::any) {
            return all; // takes everything
        }
        all.push_back(type_.kind == Kind::text ? Wrong{rt_f64(1.5), "a number"} : Wrong{rt_text("wrong"), "a text"});
        if (!type_.optional) {
            all.push_back({rt_none(), "none"});
        }
        if (type_.kind == Kind::i32) {
            all.push_back({rt_i64(std::int64_t{1} << 40), "a number beyond 32 bits"});
        } else if (type_.kind == Kind::boolean) {
            all.push_back({{RT_BOOL, 0, 0, {2}}, "a bool that is 2"});
        } else if (type_.kind == Kind::text) {
            all.push_back({memory(RT_TEXT, nullptr, 3), "null with a count of 3"});
        } else if (type_.kind == Kind::handle || type_.kind == Kind::function) {
            add_handles(all);
        } else if (type_.kind == Kind::bytes || type_.kind == Kind::array) {
            add_memory(all);
        }
        return all;
    }

  private:
    rt_value memory(std::uint32_t tag, const void *data, std::uint64_t size) const {
        rt_value value = rt_memory(tag, data, size);
        value.flags = type_.writable ? RT_VALUE_MUTABLE : 0;
        return value;
    }

    void add_handles(std::vector<Wrong> &all) const {
        for (const auto &[handle, what] : handles_.all()) {
            if (type_.kind != Kind::function || handle != handles_.callable()) {
                all.push_back({rt_handle(handle), what});
            }
        }
        if (!type_.optional) {
            all.push_back({rt_handle(0), "no object (0)"});
        }
    }

    void add_memory(std::vector<Wrong> &all) const {
        const std::uint32_t tag = memory_tag(type_);
        all.push_back({memory(tag, nullptr, 3), "null with a count of 3"});
        all.push_back({memory(tag, words, UINT64_MAX), "a negative count"});
        if (tag == RT_I64_ARRAY || tag == RT_F64_ARRAY || tag == RT_HANDLE_ARRAY) {
            all.push_back({memory(tag, reinterpret_cast<const char *>(words) + 1, 1), "memory that is not aligned"});
        }
        if (tag == RT_BOOL_ARRAY) {
            all.push_back({memory(tag, "\2", 1), "an array with a bool that is 2"});
        }
        if (tag == RT_HANDLE_ARRAY) {
            freed_ = handles_.freed();
            all.push_back({memory(tag, &freed_, 1), "an array with a freed handle"});
        }
        if (type_.writable) {
            all.push_back({rt_memory(tag, words, 1), "memory that may not be written to"});
        }
    }

    static inline const std::int64_t words[2] = {};
    const Type &type_;
    const Objects &objects_;
    const WrongHandles &handles_;
    mutable std::int64_t freed_ = 0;
};

class Mistreatment {
  public:
    Mistreatment(const FunctionInfo &function, const Objects &objects, Report &report)
        : function_(function), report_(report), signature_(parse_signature(function.signature)) {
        for (std::size_t i = 0; i < signature_.count; i++) {
            parameters_.emplace_back(signature_.parameters[i].type, objects, handles_);
            right_.push_back(parameters_.back().right());
        }
    }
    Mistreatment(const Mistreatment &) = delete;
    Mistreatment &operator=(const Mistreatment &) = delete;

    void run() {
        if (signature_.variadic) {
            return; // only the function itself knows what is wrong
        }
        std::vector<rt_value> values = right_;
        values.push_back(rt_none());
        expect_refusal(values, "one argument more than it has parameters", {RT_E_ARGUMENT});
        if (signature_.required > 0) {
            values.resize(signature_.required - 1);
            expect_refusal(values, "one argument less than it needs", {RT_E_ARGUMENT});
        }
        for (std::size_t i = 0; i < right_.size(); i++) {
            for (const Wrong &wrong : parameters_[i].wrong()) {
                values = right_;
                values[i] = wrong.value;
                expect_refusal(values,
                               wrong.what + " for argument " + std::to_string(i + 1) + " (" +
                                   std::string(signature_.parameters[i].name) + ")",
                               {RT_E_ARGUMENT, RT_E_TYPE, RT_E_HANDLE});
            }
        }
    }

  private:
    void expect_refusal(const std::vector<rt_value> &values, const std::string &what,
                        std::initializer_list<rt_status> expected) {
        const Leaks leaks;
        report_.tried++;
        const Failure failure = call(values, what);
        bool as_expected = false;
        for (const rt_status code : expected) {
            as_expected = as_expected || failure.code == code;
        }
        if (failure.code == RT_OK) {
            problem(what, "is not refused");
        } else if (!as_expected) {
            problem(what,
                    std::string("is no wrong argument, but ") + rt_status_name(failure.code) + ": " + failure.message);
        } else if (failure.message.empty()) {
            problem(what, "is refused without a message");
        }
        if (const std::string left = leaks.found(); !left.empty()) {
            problem(what, "leaves something behind: " + left);
        }
    }

    Failure call(const std::vector<rt_value> &values, const std::string &what) {
        rt_value raw = rt_i64(-1);
        const rt_status status = rt_call(function_.record, values.data(), values.size(), &raw);
        if (status != RT_OK) {
            if (raw.type != RT_NONE) {
                problem(what, "is refused, but there is a result");
            }
            rt_error error{};
            error.struct_size = sizeof error;
            rt_last_error(&error);
            return {status, error.cause, error.message};
        }
        const Value freed(raw);
        return {};
    }

    void problem(const std::string &what, const std::string &is) {
        report_.problems.push_back(function_.name + ": " + what + " " + is);
    }

    const FunctionInfo &function_;
    Report &report_;
    Signature signature_;
    WrongHandles handles_;
    std::vector<ParameterValues> parameters_;
    std::vector<rt_value> right_;
};

} // namespace detail

// Calls each function of the plugin with too many and too few arguments, and with wrong types, bad memory and freed handles in the
// place of each argument. All of these must be refused with RT_E_ARGUMENT, RT_E_TYPE or RT_E_HANDLE, and leave no handle behind. Where
// a function takes objects, give one of each class, so that the other arguments are reached, too.
inline Report mistreat(const Plugin &plugin, const Objects &objects = {}) {
    Report report;
    for (const FunctionInfo &function : plugin.functions()) {
        detail::Mistreatment(function, objects, report).run();
    }
    return report;
}

} // namespace rt::test

#endif
