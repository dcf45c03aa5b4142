#include "externs.hpp"

#include <vector>

#include <rtffi/host.hpp>

#include "extern_reader.hpp"

namespace rt::tools {

void check_externs(const CheckReporter &reporter, const std::string &path) {
    std::vector<Extern> declared;
    const bool readable = reporter.run("externs", "", [&] {
        declared = read_externs(path);
        if (declared.empty()) {
            throw CheckFailed(path + " declares nothing",
                              "declarations are lines `extern fn name(parameter: type, ...) -> type`");
        }
        return path + " declares " + std::to_string(declared.size());
    });
    if (!readable) {
        return;
    }
    for (const Extern &one : declared) {
        const std::string line = std::to_string(one.line);
        const std::string where = path + ":" + line;
        if (one.name.empty()) {
            reporter.run("extern:line " + line, "", [&]() -> std::string {
                throw CheckFailed(where + ": this is no declaration that can be read: `" + one.signature + "`",
                                  "write `extern fn name(parameter: type, ...) -> type` on one line");
            });
            continue;
        }
        reporter.run("extern:" + one.name, "declared at " + where + "; ask: rtffi explain " + one.name, [&] {
            const rt_function *function = nullptr;
            rt::detail::check(rt_bind(one.name.c_str(), one.signature.c_str(), 0, &function));
            return "is in the plugin " + Registry::describe(function).plugin;
        });
    }
}

} // namespace rt::tools
