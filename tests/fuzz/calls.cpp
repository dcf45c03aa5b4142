// calls.cpp - dynamic calls with arbitrary values: every function of the plugins that RTFFI_FUZZ names, by comma, is called by
// position and by keyword. Each call succeeds, or fails with an error that says something; no handle is left behind.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <rtffi/host.hpp>

#include "input.hpp"

namespace {

using fuzz::Input;
using fuzz::require;

struct Target {
    const rt_function *function;
    std::size_t parameters;
};

// Functions that take addresses read through them, as they are asked to; there is nothing to find there.
bool can_take_anything(std::string_view signature) { return signature.find("ptr") == std::string_view::npos; }

std::vector<Target> load_targets() {
    const char *names = std::getenv("RTFFI_FUZZ");
    require(names != nullptr);
    std::vector<Target> targets;
    std::string_view rest = names;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        const std::string name(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        if (rt_dlopen(name.c_str(), 0) == 0) {
            std::fprintf(stderr, "fuzz: %s\n", rt_dlerror());
            std::abort();
        }
    }
    rt_each_function(
        "",
        [](void *context, const rt_function_info *info) {
            if (can_take_anything(info->signature)) {
                const std::string_view signature = info->signature;
                const auto commas = static_cast<std::size_t>(std::count(signature.begin(), signature.end(), ','));
                static_cast<std::vector<Target> *>(context)->push_back({info->function, commas + 1});
            }
            return true;
        },
        &targets);
    require(!targets.empty());
    return targets;
}

// What the arguments of one run point to, and the objects that its calls gave.
class Arguments {
  public:
    explicit Arguments(Input &input) : input_(input) {}

    rt_value any(int depth = 0) {
        switch (input_.below(depth < 2 ? 16 : 12)) {
        case 0:
            return rt_none();
        case 1:
            return rt_bool(input_.below(2) == 1);
        case 2:
        case 3:
            return rt_i64(input_.integer());
        case 4:
            return rt_f64(input_.number());
        case 5:
        case 6:
        case 7:
            return rt_handle(handle());
        case 8:
            return text();
        case 9:
            return array(RT_I64_ARRAY, integers_.emplace_back(list<std::int64_t>([&] { return input_.integer(); })));
        case 10:
            return array(RT_F64_ARRAY, numbers_.emplace_back(list<double>([&] { return input_.number(); })));
        case 11:
            return array(RT_HANDLE_ARRAY, integers_.emplace_back(list<std::int64_t>([&] { return handle(); })));
        case 12:
            return array(RT_VALUES, values_.emplace_back(list<rt_value>([&] { return any(depth + 1); })));
        case 13:
            return array(RT_BOOL_ARRAY, bytes_.emplace_back(list<char>([&] { return input_.below(2); })));
        case 14:
            return array(RT_BYTES, bytes_.emplace_back(list<char>([&] { return input_.byte(); })));
        default: // a tag that is none, without memory
            return {input_.byte() | 0x100U, 0, 0, {0}};
        }
    }
    void keep(const rt_value &result) {
        if (result.type == RT_HANDLE && result.payload.integer != 0) {
            objects_.emplace_back(rt_handle_clone(result.payload.integer));
        }
    }
    void forget_one() {
        if (!objects_.empty()) {
            objects_.erase(objects_.begin() + static_cast<std::ptrdiff_t>(input_.below(objects_.size())));
        }
    }

  private:
    template <class T, class Make> std::vector<T> list(Make make) {
        std::vector<T> out(input_.below(6));
        for (T &item : out) {
            item = static_cast<T>(make());
        }
        return out;
    }
    template <class List> rt_value array(std::uint32_t type, List &list) {
        rt_value value = rt_memory(type, list.data(), list.size());
        value.flags = input_.below(3) == 0 ? RT_VALUE_MUTABLE : 0;
        return value;
    }
    rt_value text() {
        const std::string &kept = texts_.emplace_back(input_.text());
        return rt_memory(RT_TEXT, kept.c_str(), kept.size());
    }
    std::int64_t handle() {
        const std::size_t which = input_.below(16);
        if (which == 0) {
            return input_.integer();
        }
        return objects_.empty() ? 0 : objects_[which % objects_.size()].get();
    }

    Input &input_;
    std::deque<std::vector<std::int64_t>> integers_;
    std::deque<std::vector<double>> numbers_;
    std::deque<std::vector<rt_value>> values_;
    std::deque<std::vector<char>> bytes_;
    std::deque<std::string> texts_;
    std::vector<rt::Handle> objects_;
};

void call_one(const std::vector<Target> &targets, Input &input, Arguments &arguments) {
    const Target &target = targets[(input.byte() + 256U * input.byte()) % targets.size()];
    // Mostly as many as it has.
    const std::size_t count = input.below(8) == 0 ? input.below(7) : target.parameters;
    std::vector<rt_value> values(count);
    for (rt_value &value : values) {
        value = arguments.any();
    }
    rt_value result = {};
    rt_error error = {};
    error.struct_size = sizeof error;
    const rt_status status = rt_call_ex(target.function, values.data(), values.size(), &result, &error);
    if (status == RT_OK) {
        arguments.keep(result);
    } else {
        require(error.code == status && error.message[0] != '\0' && result.type == RT_NONE);
    }
    rt_error_clear(&error);
    const rt::Value owned(result);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static const std::vector<Target> targets = load_targets();
    static const std::int64_t handles_before = rt_handle_count();
    Input input(data, size);
    {
        Arguments arguments(input);
        for (int calls = 0; calls < 32 && !input.empty(); calls++) {
            call_one(targets, input, arguments);
            if (input.below(8) == 0) {
                arguments.forget_one();
            }
        }
    }
    require(rt_handle_count() == handles_before);
    return 0;
}
