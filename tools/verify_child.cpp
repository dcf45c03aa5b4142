// rtffi verify-child [PATH]: what `verify` runs in a process of its own. Not for people.
#include <chrono>
#include <optional>
#include <rtffi/host.hpp>
#include <set>

#include "check_reporter.hpp"
#include "checks.hpp"
#include "command.hpp"
#include "core.hpp"
#include "externs.hpp"
#include "smoke_torch.hpp"

namespace rt::tools {

namespace {

struct VerifyChildOptions {
    std::string path; // "" to check declarations alone
    std::string externs;
    int results = -1;
};

std::string load(const std::string &path, std::optional<Library> &library) {
    const auto begin = std::chrono::steady_clock::now();
    try {
        library.emplace(path);
    } catch (const Error &error) {
        if (std::string_view(error.cause()) == "metadata_mismatch") {
            throw CheckFailed(error.what(), "register functions with RT_FUNCTION, which does both", "registration");
        }
        throw;
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    return "loaded in " + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()) + " ms";
}

// Each function by the signature that the file's metadata gives it.
std::string bind_all(const Json &functions) {
    for (const Json &function : functions) {
        const rt_function *record = nullptr;
        const std::string name = text_at(function, "name");
        detail::check(rt_bind(name.c_str(), text_at(function, "signature").c_str(), RT_BIND_NO_LOAD, &record));
    }
    return counted(functions.size(), "function") + ", each bound by its own signature";
}

std::string compare_registration(const std::string &plugin, const Json &functions) {
    std::set<std::string> written;
    for (const Json &function : functions) {
        written.insert(text_at(function, "signature"));
    }
    std::set<std::string> registered;
    for (const FunctionInfo &function : Registry::functions()) {
        if (function.plugin == plugin) {
            registered.insert(function.signature);
        }
    }
    for (const auto &[here, there, wrong] :
         {std::tuple(&written, &registered, "is in the file's metadata but was not registered"),
          std::tuple(&registered, &written, "was registered but is not in the file's metadata")}) {
        for (const std::string &signature : *here) {
            if (!there->contains(signature)) {
                throw CheckFailed("`" + signature + "` " + wrong,
                                  "register functions with RT_FUNCTION, which does both");
            }
        }
    }
    return "the metadata says what the plugin registered";
}

std::string no_handles() {
    const Json living = living_handles();
    std::string text;
    for (const Json &group : living) {
        if (text_at(group, "class") == "Library") {
            continue; // this one is open still
        }
        text += (text.empty() ? "" : ", ") + counted(group.value("count", std::size_t{0}), text_at(group, "class"));
    }
    if (!text.empty()) {
        throw CheckFailed("still alive: " + text, "RTFFI_TRACE_HANDLES=1 tells where each was made");
    }
    return "no object is left alive";
}

bool is_active(const std::string &plugin) {
    for (const PluginInfo &one : Registry::plugins()) {
        if (one.name == plugin && one.state == "active") {
            return true;
        }
    }
    return false;
}

// The checks opened it too, and each time counts.
void close_all(std::int64_t handle, const std::string &plugin, std::int64_t flags) {
    do {
        rt_status status = rt_dlclose_ex(handle, flags);
        rt_error error{};
        error.struct_size = sizeof error;
        if (status == RT_E_BUSY && rt_last_error(&error) == status && std::string_view(error.cause) == "opened_again") {
            status = rt_dlclose(handle);
        }
        detail::check(status);
    } while (is_active(plugin));
}

std::string unload(Library &library, const Json &file) {
    const std::int64_t handle = library.handle();
    const Json &functions = file.at("functions");
    const bool may_unmap = text_at(file, "unmap") == "yes";
    library.keep();
    close_all(handle, text_at(file, "name"), may_unmap ? RT_DLCLOSE_UNMAP : 0);
    for (const Json &function : functions) {
        if (Registry::lookup(text_at(function, "name")) != nullptr) {
            throw CheckFailed(text_at(function, "name") + " is still registered");
        }
    }
    return may_unmap ? "closed; its functions are gone, and so is its code"
                     : "closed; its functions are gone, its code stays mapped";
}

void verify_loaded(const CheckReporter &reporter, Library &library, const VerifyChildOptions &options) {
    const Json file = inspect(options.path);
    const Json &functions = file.at("functions");
    const std::string name = text_at(file, "name");
    reporter.send({{"functions", functions.size()}});
    reporter.run("functions", "the library and its metadata are not of one build", [&] { return bind_all(functions); });
    reporter.run("registration", "", [&] { return compare_registration(name, functions); });
    if (!options.externs.empty()) {
        check_externs(reporter, options.externs);
    }
    if (name == "torch" && text_at(file, "variant") != "stub") { // which has no numbers to try
        smoke_torch(reporter, file.at("dependencies"));
    }
    reporter.run("handles", "", no_handles);
    reporter.run("unload", "something still uses the plugin", [&] { return unload(library, file); });
}

int verify_child(const VerifyChildOptions &options) {
    const CheckReporter reporter(options.results);
    if (options.path.empty()) {
        check_externs(reporter, options.externs);
    } else {
        std::optional<Library> library;
        reporter.run("load", "ask: rtffi explain " + options.path, [&] { return load(options.path, library); });
        if (library) {
            verify_loaded(reporter, *library, options);
        }
    }
    reporter.send({{"done", true}});
    return all_well;
}

} // namespace

void add_verify_child(CLI::App &app, CommandLine &line) {
    auto options = std::make_shared<VerifyChildOptions>();
    CLI::App *command = app.add_subcommand("verify-child", "")->group("");
    command->fallthrough();
    command->callback([options, &line] { line.run = [options] { return verify_child(*options); }; });
    command->add_option("path", options->path);
    command->add_option("--externs", options->externs);
    command->add_option("--results", options->results)->required();
}

} // namespace rt::tools
