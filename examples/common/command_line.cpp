#include "command_line.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <iostream>

#include <rtffi/torch.hpp>

namespace {

bool parse_number(const Program &program, const NumberOption &option, const char *text) {
    const char *end = text + std::strlen(text);
    const auto parsed = std::from_chars(text, end, *option.value);
    if (parsed.ec == std::errc() && parsed.ptr == end && *option.value >= option.least) {
        return true;
    }
    if (option.least == std::numeric_limits<std::int64_t>::min()) {
        std::fprintf(stderr, "%s: %s needs a whole number, not '%s'\n", program.name, option.name, text);
    } else {
        std::fprintf(stderr, "%s: %s needs a whole number of at least %lld, not '%s'\n", program.name, option.name,
                     static_cast<long long>(option.least), text);
    }
    return false;
}

template <class Option> const Option *find(const std::vector<Option> &options, const char *name) {
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&](const Option &option) { return std::strcmp(option.name, name) == 0; });
    return found != options.end() ? &*found : nullptr;
}

} // namespace

bool parse_options(const Program &program, int argc, char **argv, const std::vector<NumberOption> &numbers,
                   const std::vector<PathOption> &paths, int &exit_status) {
    for (int i = 1; i < argc; i++) {
        if (std::strcmp(argv[i], "--help") == 0) {
            std::fputs(program.usage, stdout);
            exit_status = 0;
            return false;
        }
        exit_status = 2;
        const NumberOption *number = find(numbers, argv[i]);
        const PathOption *path = find(paths, argv[i]);
        if (number == nullptr && path == nullptr) {
            std::fprintf(stderr, "%s: unknown option '%s'\n%s", program.name, argv[i], program.usage);
            return false;
        }
        if (i + 1 == argc) {
            std::fprintf(stderr, "%s: %s needs a value\n", program.name, argv[i]);
            return false;
        }
        const char *value = argv[++i];
        if (path != nullptr) {
            *path->value = value;
        } else if (!parse_number(program, *number, value)) {
            return false;
        }
    }
    exit_status = 0;
    return true;
}

int run_program(const Program &program, const std::function<int()> &body) {
    try {
        return body();
    } catch (const rt::Error &error) {
        const std::string why = rt::torch::why_unavailable();
        std::cerr << (why.empty() ? std::string(program.name) + ": " + error.what()
                                  : "LibTorch is not available: " + why)
                  << "\n";
    } catch (const std::exception &error) {
        std::cerr << program.name << ": " << error.what() << "\n";
    }
    return 1;
}
