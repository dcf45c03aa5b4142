// rtffi call NAME ARG...: calls one function, with arguments read by its signature.
#include <algorithm>
#include <cctype>
#include <cstdio>

#include "command.hpp"
#include "core.hpp"
#include "literal.hpp"
#include "value_text.hpp"

namespace rt::tools {

namespace {

// Memory that a `mut` parameter was given, and the callee has filled.
struct Filled {
    std::string name;
    rt_value value;
};

bool is_identifier(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    });
}

class Call {
  public:
    // Finds the function, and loads its plugin where needed.
    explicit Call(const std::string &name) {
        bind(name);
        info_ = Registry::describe(function_);
        literals_.take_one_for_list(function_->native == nullptr);
        detail::SignatureParser(info_.signature).parse(signature_);
        if (signature_.error != nullptr) {
            throw Error(RT_E_SIGNATURE, "the signature `" + info_.signature + "` does not parse: " + signature_.error);
        }
    }

    void add(std::string_view argument) {
        if (signature_.variadic) {
            add_any(argument);
            return;
        }
        const Parameter *keyword = keyword_of(argument);
        if (keyword != nullptr) {
            names_.emplace_back(keyword->name);
            argument.remove_prefix(argument.find('=') + 1);
        } else if (values_.size() >= signature_.positional || !names_.empty()) {
            refuse_unknown_keyword(argument, keyword);
            fail(RT_E_ARGUMENT, "argument_count",
                 names_.empty() ? "'" + std::string(argument) + "' is one argument too many"
                                : "'" + std::string(argument) + "' has no name but follows an argument with one");
        }
        const std::size_t index =
            keyword != nullptr ? static_cast<std::size_t>(keyword - signature_.parameters) : values_.size();
        const Parameter &parameter = signature_.parameters[index];
        try {
            values_.push_back(literals_.read(parameter.type, argument));
        } catch (const Error &error) {
            // What a call inside the argument reported names its own function.
            if (*error.function() != '\0') {
                throw;
            }
            refuse_unknown_keyword(argument, keyword);
            fail(error.code(), error.cause(),
                 "argument " + std::to_string(index + 1) + " (" + std::string(parameter.name) + "): " + error.what());
        }
        if (parameter.type.writable) {
            filled_.push_back({std::string(parameter.name), values_.back()});
        }
    }

    Value run() const {
        rt_value raw{};
        if (names_.empty()) {
            detail::check(rt_call(function_, values_.data(), values_.size(), &raw));
        } else {
            std::vector<const char *> names(values_.size() - names_.size(), nullptr);
            for (const std::string &name : names_) {
                names.push_back(name.c_str());
            }
            detail::check(rt_call_named(function_, values_.data(), names.data(), values_.size(), &raw));
        }
        return Value(raw);
    }

    const std::vector<Filled> &filled() const { return filled_; }

  private:
    // For a function of several overloads, which knows what it takes.
    void add_any(std::string_view argument) {
        const std::size_t equals = argument.find('=');
        if (equals != std::string_view::npos && is_identifier(argument.substr(0, equals))) {
            names_.emplace_back(argument.substr(0, equals));
            argument.remove_prefix(equals + 1);
        }
        Type any;
        any.kind = Kind::any;
        values_.push_back(literals_.read(any, argument));
    }
    void bind(const std::string &name) {
        try {
            detail::check(rt_bind(name.c_str(), nullptr, 0, &function_));
        } catch (const Error &error) {
            const std::string message = error.what();
            const Json near =
                error.code() == RT_E_NOT_FOUND ? explanation(name).value("near", Json::array()) : Json::array();
            if (near.empty() || message.find("did you mean") != std::string::npos) {
                throw;
            }
            throw Error(error.code(), message + "; did you mean " + near[0].get<std::string>() + "?", error.cause());
        }
    }
    // `name=value`, where the function has such a parameter; a text may hold '=' too.
    const Parameter *keyword_of(std::string_view argument) const {
        const std::size_t equals = argument.find('=');
        for (std::size_t i = 0; equals != std::string_view::npos && i < signature_.count; i++) {
            if (signature_.parameters[i].name == argument.substr(0, equals)) {
                return &signature_.parameters[i];
            }
        }
        return nullptr;
    }
    // An argument that is no value may be one for a parameter whose name is misspelt: the core knows near ones.
    void refuse_unknown_keyword(std::string_view argument, const Parameter *known) const {
        const std::size_t equals = argument.find('=');
        const std::string name(argument.substr(0, equals));
        if (known != nullptr || equals == std::string_view::npos || !is_identifier(name)) {
            return;
        }
        const rt_value value = rt_none();
        const char *names[] = {name.c_str()};
        rt_value result{};
        detail::check(rt_call_named(function_, &value, names, 1, &result));
    }
    [[noreturn]] void fail(rt_status code, const char *cause, const std::string &message) const {
        throw Error(code, info_.name + ": " + message + "; the function is `" + info_.signature + "`", cause,
                    info_.name.c_str(), info_.plugin.c_str());
    }
    // An argument that is itself a call.
    static Value run_text(std::string_view text) {
        const std::size_t bracket = text.find('(');
        Call call{std::string(text.substr(0, bracket))};
        for (const std::string_view argument : items_of(text.substr(bracket))) {
            call.add(argument);
        }
        return call.run();
    }

    const rt_function *function_ = nullptr;
    FunctionInfo info_;
    Signature signature_;
    Literals literals_{run_text};
    std::vector<rt_value> values_;
    std::vector<std::string> names_; // of the last values
    std::vector<Filled> filled_;
};

void print_result(const Value &result, const std::vector<Filled> &filled) {
    if (!result.is_none()) {
        print_line(text_of(result.raw()));
    }
    for (const Filled &argument : filled) {
        print_line(argument.name + " = " + text_of(argument.value));
    }
}

Json result_json(const Value &result, const std::vector<Filled> &filled) {
    Json document = {{"ok", true}, {"result", json_of(result.raw())}, {"error", nullptr}};
    for (const Filled &argument : filled) {
        document["filled"][argument.name] = json_of(argument.value);
    }
    return document;
}

int call_function(const std::string &name, const CommandLine &line) {
    try {
        Call call(name);
        for (const std::string &argument : line.values) {
            call.add(argument);
        }
        const Value result = call.run();
        if (line.json) {
            print_json(result_json(result, call.filled()));
        } else {
            print_result(result, call.filled());
        }
        return all_well;
    } catch (const Error &error) {
        if (!line.json) {
            throw;
        }
        print_json(
            {{"ok", false}, {"result", nullptr}, {"error", error_json(error.code(), error.cause(), error.what())}});
        return answer_is_no;
    }
}

} // namespace

void add_call(CLI::App &app, CommandLine &line) {
    auto name = std::make_shared<std::string>();
    CLI::App *command = add_command(app, line, "call", "Calls a function and prints what it gives",
                                    "rtffi call geo_distance 3 4 from_y=1\n"
                                    "         rtffi call geo_polygon_area 'geo_polygon([0,0, 1,0, 0,1])'\n\n"
                                    "Arguments: 3  2.5  -inf  true  none  word  '\"two words\"'  [1,2,3]  name=value,\n"
                                    "and for an object the call that makes it. After -- an argument may begin with --.",
                                    [name, &line] { return call_function(*name, line); });
    command->add_option("name", *name, "The function's name")->type_name("FUNCTION")->required();
    // Never filled: take_values has them.
    command->add_option("arguments", line.values, "The arguments, by position and then by name")->type_name("ARG");
}

} // namespace rt::tools
