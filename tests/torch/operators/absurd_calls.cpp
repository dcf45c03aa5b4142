#include "absurd_calls.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "../support.hpp"
#include "sample.hpp"

namespace operators {

namespace {

// What a child that may end at any moment leaves behind.
struct Account {
    int call;
    int made;
    int accepted;
    std::array<char, 512> fault;
};

Account *account() {
    static auto *const shared = static_cast<Account *>(
        mmap(nullptr, sizeof(Account), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    return shared;
}

constexpr rlim_t memory = rlim_t{2} << 30U; // beside what the process has when it begins

void limit_memory() {
    rlim_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t now = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
    const rlimit limit = {now + memory, now + memory};
    setrlimit(RLIMIT_AS, &limit);
    const rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

void give_time(double seconds) {
    const auto whole = static_cast<time_t>(seconds);
    const itimerval timer = {{0, 0}, {whole, static_cast<suseconds_t>((seconds - std::floor(seconds)) * 1e6)}};
    setitimer(ITIMER_REAL, &timer, nullptr);
}

void be_quiet() {
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    for (const int signal : {SIGSEGV, SIGFPE, SIGABRT, SIGBUS, SIGILL}) {
        std::signal(signal, SIG_DFL);
    }
}

void call_directly(const Named &op, const Sample &sample) {
    std::vector<c10::IValue> stack = sample.stack();
    op.op.callBoxed(&stack);
    account()->accepted++;
}

void blame(const std::string &fault) {
    std::snprintf(account()->fault.data(), account()->fault.size(), "%s", fault.c_str());
}

void call_through_registry(const rt_function *function, const Sample &sample) {
    const std::int64_t alive = rt_handle_count();
    {
        rt_value raw = rt_none();
        const std::vector<rt_value> &args = sample.args();
        const rt_status status = rt_call_named(function, args.data(), sample.names().data(), args.size(), &raw);
        const rt::Value owned(raw);
        rt_error error = {};
        error.struct_size = sizeof error;
        if (status == RT_OK) {
            account()->accepted++;
        } else if (rt_last_error(&error) != status || error.message[0] == '\0') {
            blame("status " + std::to_string(status) + " without a message");
        }
    }
    if (rt_handle_count() != alive) {
        blame("a handle is left");
    }
}

std::uint64_t seed_of(const std::string &name, std::uint64_t seed, int call) {
    std::uint64_t hash = seed ^ 0xcbf29ce484222325U; // FNV-1a, the same everywhere
    for (const char c : name + " " + std::to_string(call)) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return hash;
}

void make_call(const Named &op, const Calls &calls, int number, Way way, const rt_function *function) {
    Profile profile{"absurd", {}, at::kFloat};
    profile.absurd_seed = seed_of(op.name, calls.seed, number);
    profile.registry = way == Way::registry;
    const Sample sample(op.op.schema(), profile);
    if (!sample.possible()) {
        return;
    }
    account()->made++;
    give_time(calls.seconds);
    try {
        way == Way::direct ? call_directly(op, sample) : call_through_registry(function, sample);
    } catch (const std::exception &) { // LibTorch's; the registry has none
        if (way == Way::registry) {
            blame("an exception came through");
        }
    }
    give_time(0);
}

// Memory that an operator which writes beyond its tensors may hit, and malloc's own look at it.
void stir_memory(int time) {
    std::vector<std::vector<char>> beside;
    for (std::size_t i = 0; i < 200; i++) {
        beside.emplace_back(16 + 16 * ((i * 37 + static_cast<std::size_t>(time)) % 130));
        if (i % 3 == 0) {
            beside.erase(beside.begin() + static_cast<std::ptrdiff_t>(i / 3));
        }
    }
}

[[noreturn]] void be_the_child(const Named &op, const Calls &calls, Way way) {
    be_quiet();
    limit_memory();
    const rt_function *function = rt_lookup(op.name.c_str());
    for (int i = calls.first; i < calls.end; i++) {
        account()->call = i;
        for (int time = 0; time < calls.times; time++) {
            make_call(op, calls, i, way, function);
            if (calls.times > 1) {
                stir_memory(time);
            }
        }
    }
    account()->call = calls.end;
    _exit(0);
}

std::string death_of(int status) {
    if (WIFSIGNALED(status)) {
        const int signal = WTERMSIG(status);
        return signal == SIGALRM ? "time" : std::string("SIG") + sigabbrev_np(signal);
    }
    return WEXITSTATUS(status) == 0 ? "" : "exit " + std::to_string(WEXITSTATUS(status));
}

} // namespace

Ending run_calls(const Named &op, const Calls &calls, Way way) {
    *account() = {calls.first, 0, 0, {}};
    const pid_t child = fork();
    if (child == 0) {
        be_the_child(op, calls, way);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    const Account &left = *account();
    std::string death = death_of(status);
    if (death.empty() && left.call != calls.end) {
        death = "exit 0"; // in the middle of a call
    }
    return {left.call, left.made, left.accepted, death, left.fault.data()};
}

} // namespace operators
