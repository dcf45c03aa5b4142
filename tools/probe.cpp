// rtffi-probe MILLISECONDS CORE FILE FLAGS SETTING...: opens FILE in a child process, with the librtffi.so at CORE and the host's
// settings (folder=FOLDER of plugins, digests=LIST and keys=KEY of what it demands), and tells how that ended: a line with "ok", "probe_crashed", "probe_exited", "probe_timeout" or "failed",
// and then the story. Not for people: rt_dlopen starts it for RT_DLOPEN_PROBE, see Note [Probe] in loader/probe.hpp.
//
// It links nothing of rtffi, so that it runs where librtffi.so is found by its path alone.
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

#include <rtffi/rtffi.h> // for constants

#include "child_process.hpp"

namespace {

// A file that asks for more memory than there is must not take it from the host. (A sanitizer reserves more than there is.)
void limit_memory() {
#if !defined(RTFFI_SANITIZED)
    const auto bytes = static_cast<rlim_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
    const rlimit value{bytes, bytes};
    setrlimit(RLIMIT_DATA, &value);
#endif
}

template <class Type> Type *symbol(void *core, const char *name) { return reinterpret_cast<Type *>(dlsym(core, name)); }

// folder=, digests= or keys=; false where the core does not take it. A list that is none is the user's own.
bool apply_setting(void *core, const std::string &setting) {
    const std::size_t equals = setting.find('=');
    const std::string what = setting.substr(0, equals);
    const char *value = setting.c_str() + equals + 1;
    if (what == "folder") {
        const auto add = symbol<std::int32_t(const char *)>(core, "rt_search_path_add");
        return add != nullptr && add(value) == 0;
    }
    const auto demand = symbol<std::int32_t(std::int64_t, const char *)>(core, "rt_trust_require");
    return demand != nullptr &&
           demand(what == "keys" ? RT_TRUST_KEYS : RT_TRUST_DIGESTS, *value != '\0' ? value : nullptr) == 0;
}

// CORE FILE FLAGS SETTING... --results FD, in the child. It has come through where it says so, whatever rt_dlopen returned.
int try_file(const std::vector<std::string> &arguments) {
    const auto results = static_cast<int>(std::strtol(arguments.back().c_str(), nullptr, 10));
    fcntl(results, F_SETFD, FD_CLOEXEC); // what the file starts shall not keep the parent waiting
    const auto say = [&](std::string_view line) {
        if (write(results, line.data(), line.size()) < 0) {
            _exit(1);
        }
    };
    void *core = dlopen(arguments[0].c_str(), RTLD_NOW);
    const auto open = core != nullptr ? symbol<std::int64_t(const char *, std::int64_t)>(core, "rt_dlopen") : nullptr;
    if (open == nullptr) {
        return 1;
    }
    for (std::size_t i = arguments.size() - 3; i >= 3; i--) { // each goes before those added so far
        if (!apply_setting(core, arguments[i])) {
            return 1; // a demand that cannot be made is one that nothing keeps
        }
    }
    say("begin\n");
    open(arguments[1].c_str(), std::strtoll(arguments[2].c_str(), nullptr, 10));
    say("end\n");
    _exit(0); // the file's destructors are no part of the trial
}

int answer(const char *first, const std::string &story) {
    std::printf("%s\n%s", first, story.c_str());
    return std::fflush(stdout) == 0 ? 0 : 1;
}

int supervise(double seconds, std::vector<std::string> arguments) {
    prctl(PR_SET_PDEATHSIG, SIGKILL); // with the thread that waits for it
    close_range(3, ~0U, 0);           // the host's files are not the plugin's business
    limit_memory();
    const rt::tools::Limits limits{seconds, 0};
    bool begun = false;
    bool ended = false;
    arguments.insert(arguments.begin(), "--load");
    const rt::tools::Ending ending = rt::tools::run_child(std::move(arguments), limits, [&](const std::string &line) {
        begun = begun || line == "begin";
        ended = ended || line == "end";
    });
    if (!begun) {
        return answer("failed", "its child " + ending.story(limits));
    }
    return ended ? answer("ok", "") : answer(ending.probe_cause(), ending.story(limits));
}

} // namespace

int main(int count, char **texts) {
    const std::vector<std::string> arguments(texts + 1, texts + count);
    if (arguments.size() < 4) {
        std::fputs("rtffi-probe is started by librtffi.so, for RT_DLOPEN_PROBE; to try a plugin: rtffi verify\n",
                   stderr);
        return 2;
    }
    try {
        if (arguments[0] == "--load") {
            return try_file({arguments.begin() + 1, arguments.end()});
        }
        return supervise(std::strtod(arguments[0].c_str(), nullptr) / 1000, {arguments.begin() + 1, arguments.end()});
    } catch (const std::exception &error) {
        return answer("failed", error.what());
    }
}
