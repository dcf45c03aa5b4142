#include "provided.hpp"

#include <rtffi/host.hpp>
#include <stdexcept>

#include "check_reporter.hpp"
#include "child_process.hpp"
#include "core.hpp"

namespace rt::tools {

namespace {

struct ProvidedChildOptions {
    std::string path;
    std::string prefix;
    int results = -1;
};

// rtffi provided-child PATH PREFIX: an object a line, {"done":true} last, or {"error":...} where it cannot be told.
int provided_child(const ProvidedChildOptions &options) {
    const CheckReporter reporter(options.results);
    try {
        const Library library(options.path);
        for (const FunctionInfo &function : Registry::provided(options.prefix)) {
            reporter.send({{"name", function.name},
                           {"signature", function.signature},
                           {"doc", function.doc},
                           {"group", function.group},
                           {"plugin", function.plugin}});
        }
        reporter.send({{"done", true}});
    } catch (const Error &error) {
        reporter.send({{"error", error.what()}});
    }
    return all_well;
}

} // namespace

Json provided_by(const Json &file, const std::string &prefix, const CommandLine &line) {
    const Limits limits = {60, usual_memory_mib()};
    Json functions = Json::array();
    bool done = false;
    std::string failure;
    std::vector<std::string> arguments = line.for_child({"provided-child", text_at(file, "path"), prefix});
    const Ending ending = run_child(std::move(arguments), limits, [&](const std::string &text) {
        const Json told = Json::parse(text, nullptr, false);
        if (told.is_discarded() || !told.is_object()) {
            return; // cut off by the end of the child
        }
        if (told.contains("name")) {
            functions.push_back(told);
        }
        done = done || told.contains("done");
        failure = told.value("error", failure);
    });
    if (!failure.empty()) {
        throw std::runtime_error(failure);
    }
    if (!done) {
        throw std::runtime_error("the plugin '" + text_at(file, "name") + "', loaded to ask what it provides, " +
                                 ending.story(limits));
    }
    return functions;
}

void add_provided_child(CLI::App &app, CommandLine &line) {
    auto options = std::make_shared<ProvidedChildOptions>();
    CLI::App *command = app.add_subcommand("provided-child", "")->group("");
    command->fallthrough();
    command->callback([options, &line] { line.run = [options] { return provided_child(*options); }; });
    command->add_option("path", options->path)->required();
    command->add_option("prefix", options->prefix)->required();
    command->add_option("--results", options->results)->required();
}

} // namespace rt::tools
