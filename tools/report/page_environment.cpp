// The page's last sections: what calls cost, and the machine with the settings that decide what is found there.
#include "../core.hpp"
#include "page.hpp"
#include "parts.hpp"

namespace rt::tools::report {

namespace {

void write_machine(Html &html, const Json &document) {
    const Json &environment = document.at("environment");
    const std::string processor = text_at(environment, "cpu");
    FactsWriter facts(html);
    facts.add("rtffi", text_at(document, "rtffi") + ", binary interface " + document.at("abi").dump());
    facts.add_code("Core", text_at(environment, "librtffi"));
    facts.add_code("Command", text_at(environment, "command"));
    facts.add("System", text_at(environment, "system"));
    facts.add("Kernel", text_at(environment, "kernel") + ", " + text_at(environment, "machine"));
    facts.add("C library", text_at(environment, "libc"));
    facts.add("Processor",
              (processor.empty() ? "" : processor + ", ") + many(environment.at("cpus").get<std::size_t>(), "thread"));
    facts.add("Memory", thousands(environment.at("memory_mib").get<std::size_t>()) + " MiB");
    facts.add("GPU driver", text_at(environment, "gpu_driver"));
    facts.add("User", text_at(environment, "user"));
}

void write_searched(Html &html, const Json &searched) {
    html.element("h3", "Search path");
    html.element("p", "A plugin is taken from the first of these folders that has it.");
    TableWriter table(html, "searched", "Folders that are searched, in this order",
                      {"Folder", "From", "State", "Files"});
    for (const Json &folder : searched) {
        table.row([&] {
            table.code(text_at(folder, "folder"));
            table.cell(text_at(folder, "from"));
            const std::string state = text_at(folder, "state");
            table.cell([&] {
                write_mark(html, state == "ok" ? Mark::good : state == "missing" ? Mark::neutral : Mark::bad, state);
            });
            table.cell(std::to_string(folder.value("files", 0)));
        });
    }
}

void write_trust(Html &html, const Json &trust) {
    html.element("h3", "Trust");
    html.element(
        "p", "A file is loaded only if it and each folder above it belong to root or this user, and nobody else may "
             "write them. RTFFI_TRUST_OWNER adds owners, RTFFI_TRUST_REQUIRE demands that a file be on one of this "
             "user's lists, too.");
    FactsWriter facts(html);
    facts.add_code("This user's lists", text_at(trust, "folder"));
    facts.add("On them", many(trust.at("digests").get<std::size_t>(), "digest") + ", " +
                             many(trust.at("keys").get<std::size_t>(), "key"));
    facts.add("Problem", text_at(trust, "problem"));
}

void write_variables(Html &html, const Json &variables) {
    html.element("h3", "Variables");
    TableWriter table(html, "variables", "Environment variables that matter here", {"Name", "Value", "What it sets"});
    for (const Json &variable : variables) {
        table.row([&] {
            table.code(text_at(variable, "name"));
            table.cell([&] {
                if (variable.at("value").is_null()) {
                    html.element("span", "not set", {{"class", "quiet"}});
                } else {
                    html.element("code", text_at(variable, "value"));
                }
            });
            table.cell(text_at(variable, "meaning"));
        });
    }
}

void write_handles(Html &html, const Json &handles) {
    const std::size_t count = handles.at("count");
    std::string text = "Handles alive in that process afterwards: " + std::to_string(count);
    for (const Json &group : handles.at("living")) {
        text += ", " + std::to_string(group.value("count", 0)) + " " + text_at(group, "class") + " of " +
                text_at(group, "plugin");
    }
    html.element("p", text + ". Whether a plugin left any when it was tried out is its check handles.");
}

} // namespace

void write_figures(Html &html, const Json &document) {
    html.within("section", {{"id", "figures"}, {"aria-labelledby", "figures-title"}}, [&] {
        html.element("h2", "Figures", {{"id", "figures-title"}});
        html.element(
            "p", "What calls and handles cost on this machine: measured for a moment in the process that wrote this "
                 "page, with a function of two numbers that it registered itself. A plugin's function costs that, and "
                 "what it does.");
        {
            TableWriter table(html, "figures", "Costs of calls and handles", {"What", "Median", "Fastest", "Calls"});
            for (const Json &figure : document.at("figures")) {
                table.row([&] {
                    table.cell(text_at(figure, "what"));
                    table.cell(duration(figure.at("nanoseconds").get<double>() * 1e-9));
                    table.cell(duration(figure.at("fastest").get<double>() * 1e-9));
                    table.cell(figure.at("rounds").dump() + " × " + thousands(figure.at("calls").get<std::size_t>()));
                });
            }
        }
        write_handles(html, document.at("handles"));
    });
}

void write_environment(Html &html, const Json &document) {
    const Json &environment = document.at("environment");
    html.within("section", {{"id", "environment"}, {"aria-labelledby", "environment-title"}}, [&] {
        html.element("h2", "Environment", {{"id", "environment-title"}});
        write_machine(html, document);
        write_searched(html, environment.at("searched"));
        write_trust(html, environment.at("trust"));
        write_variables(html, environment.at("variables"));
    });
}

} // namespace rt::tools::report
