// rtffi report: one HTML page on the state of this machine's plugins.
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <rtffi/host.hpp>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "../loader/file_text.hpp"
#include "checks.hpp"
#include "command.hpp"
#include "core.hpp"
#include "report/data.hpp"
#include "report/page.hpp"
#include "report/totals.hpp"

namespace rt::tools {

namespace {

struct Request {
    std::string output; // "" is the usual file, or none where JSON is wanted; "-" is standard output
    bool no_load = false;
    report::Scope scope;
};

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(file, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    return true;
}

[[noreturn]] void fail(const std::string &path) {
    throw Error(RT_E_ARGUMENT, path + " cannot be written: " + std::generic_category().message(errno), "not_writable");
}

// By one step, so that nobody reads half of it and a report that was there stays where this one cannot be written. What is no
// regular file, such as /dev/stdout, is written to.
void write_file(const std::string &path, const std::string &text) {
    struct stat status{};
    const bool there = stat(path.c_str(), &status) == 0;
    if (there && !S_ISREG(status.st_mode)) {
        const core::Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
        if (!file || !write_all(file.get(), text)) {
            fail(path);
        }
        return;
    }
    std::string temporary = path + ".new-XXXXXX";
    const core::Descriptor file(mkostemp(temporary.data(), O_CLOEXEC));
    if (!file) {
        fail(path);
    }
    const mode_t mask = umask(0);
    umask(mask);
    const mode_t mode = there ? status.st_mode & 07777U : 0666U & ~mask;
    if (!write_all(file.get(), text) || fchmod(file.get(), mode) != 0 ||
        std::rename(temporary.c_str(), path.c_str()) != 0) {
        const int error = errno;
        unlink(temporary.c_str());
        errno = error;
        fail(path);
    }
}

std::string told(const std::string &path, const Json &document) {
    const report::Totals totals = report::totals_of(document);
    return path + ": " + counted(totals.plugins, "plugin") + ", " + counted(totals.functions, "function") + "; " +
           std::to_string(totals.failed) + " of " + counted(totals.checks, "check") + " failed";
}

int make_report(Request request, const CommandLine &line) {
    request.scope.load = !request.no_load;
    if (request.output.empty() && !line.json) {
        request.output = "rtffi-report.html";
    }
    if (request.output == "-" && line.json) {
        std::fprintf(stderr, "rtffi: --json and -o - both write to standard output; give -o a file\n");
        return wrong_usage;
    }
    const Json document = report::gather(request.scope, line);
    if (request.output == "-") {
        print(report::page(document));
    } else if (!request.output.empty()) {
        write_file(request.output, report::page(document));
    }
    if (line.json) {
        print_json(document);
    } else if (request.output != "-") {
        print_line(harmless(told(request.output, document)));
    }
    return all_well;
}

} // namespace

void add_report(CLI::App &app, CommandLine &line) {
    auto request = std::make_shared<Request>();
    CLI::App *command = add_command(
        app, line, "report", "Writes an HTML page on this machine's plugins: what is there, why, and whether it works",
        "rtffi report -o report.html\nExit code: 0 where the page was written, whatever it says; rtffi verify answers "
        "yes or no.",
        [request, &line] { return make_report(*request, line); });
    command
        ->add_option("-o,--output", request->output,
                     "The file to write, or - for standard output (rtffi-report.html; with --json: none)")
        ->type_name("FILE");
    command->add_flag("--all", request->scope.all,
                      "List each function that a plugin's providers offer, and not only how many: LibTorch has 3,000");
    command->add_flag("--no-verify", request->no_load,
                      "Load nothing: do not try the plugins out, and do not count what their providers offer");
    command
        ->add_option("--timeout", request->scope.limits.seconds, "Give up trying a plugin after so many seconds (60)")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.001, 1e6));
}

} // namespace rt::tools
