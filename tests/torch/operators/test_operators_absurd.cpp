// Every operator with values of the right types that nobody means: an error, or whatever LibTorch makes of it, but never the end of
// the process. Where one does end it, the same calls are made by LibTorch's own boxed call, which must end it as well; absurd_deaths.txt
// lists those operators. What takes too long is told the same way, and only counted.
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/version.h>

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <rtffi/host.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "../../../plugins/torch/version.hpp"
#include "absurd_calls.hpp"

namespace {

using operators::Calls;
using operators::Ending;
using operators::Named;
using operators::Way;

constexpr int most_endings = 3; // of one operator, which is left alone then

std::uint64_t number_from(const char *variable, std::uint64_t otherwise) {
    const char *text = std::getenv(variable);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Totals {
    int calls = 0;
    int accepted = 0;
    int too_slow = 0; // LibTorch's own calls, too
    std::vector<std::string> operators_that_end;
    std::vector<std::string> faults;
};

// The lines `VERSION OPERATOR # how`, those of the LibTorch in the process.
std::set<std::string> listed_deaths() {
    const std::string version = std::to_string(TORCH_VERSION_MAJOR) + "." + std::to_string(TORCH_VERSION_MINOR);
    std::set<std::string> names;
    std::ifstream file(RTFFI_TEST_ABSURD_DEATHS);
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string of;
        std::string name;
        if (words >> of >> name && of == version) {
            names.insert(name);
        }
    }
    return names;
}

std::string how(const Named &op, const Ending &ending) {
    return op.name + " # " + ending.death + " in call " + std::to_string(ending.call);
}

// An operator's end, or its taking too long, in `ending`: LibTorch's own?
void judge(const Named &op, Calls calls, const Ending &ending, Totals &totals, bool &noted) {
    const bool slow = ending.death == "time";
    calls.end = ending.call + 1;
    calls.seconds = slow ? calls.seconds / 2 : calls.seconds; // it need not be as slow by itself
    Ending direct = run_calls(op, calls, Way::direct);
    if (direct.death.empty() && !slow) { // damaged memory tells by chance
        calls.end += 20;
        calls.times = 50;
        direct = run_calls(op, calls, Way::direct);
    }
    if (direct.death.empty()) {
        totals.faults.push_back(how(op, ending) + ", and not in LibTorch alone");
    } else if (direct.death == "time") {
        totals.too_slow++;
    } else if (!noted) {
        noted = true;
        totals.operators_that_end.push_back(how(op, direct));
    }
}

void call_operator(const Named &op, const Calls &all, Totals &totals) {
    Calls calls = all;
    bool noted = false;
    for (int endings = 0; calls.first < calls.end && endings < most_endings; endings++) {
        const Ending ending = run_calls(op, calls, Way::registry);
        totals.calls += ending.made;
        totals.accepted += ending.accepted;
        if (!ending.fault.empty()) {
            totals.faults.push_back(op.name + " # " + ending.fault);
        }
        if (!ending.death.empty()) {
            judge(op, calls, ending, totals, noted);
        }
        calls.first = ending.call + 1;
    }
}

std::string name_in(const std::string &line) { return line.substr(0, line.find(' ')); }

} // namespace

TEST_CASE("absurd values of the right types end no process that LibTorch alone does not end") {
    std::vector<Named> all = operators::all_operators();
    std::erase_if(all, [](const Named &op) { return operators::left_out(op.name) || operators::undefined(op.name); });
    const std::uint64_t seed = number_from("RTFFI_ABSURD_SEED", 1);
    const std::uint64_t wanted = number_from("RTFFI_ABSURD_CALLS", 20000);
    const int each = static_cast<int>((wanted + all.size() - 1) / all.size());
    const std::string only =
        std::getenv("RTFFI_ABSURD_OPERATOR") != nullptr ? std::getenv("RTFFI_ABSURD_OPERATOR") : "";
    std::printf("absurd values: seed %llu, %d calls of each of %zu operators\n", static_cast<unsigned long long>(seed),
                each, all.size());
    std::fflush(stdout); // or each child would have it to print
    Totals totals;
    for (const Named &op : all) {
        if (only.empty() || op.name == only) {
            call_operator(op, {seed, 0, each}, totals);
        }
    }
    const std::set<std::string> listed = listed_deaths();
    for (const std::string &line : totals.operators_that_end) {
        const bool known = listed.empty() || listed.contains(name_in(line)); // a LibTorch of which there is no list yet
        std::printf("  ends LibTorch%s: %s\n", known ? "" : ", NOT LISTED", line.c_str());
        CHECK_MESSAGE(known, line);
    }
    for (const std::string &fault : totals.faults) {
        std::printf("  fault: %s\n", fault.c_str());
    }
    CHECK(totals.faults.empty());
    CHECK((!only.empty() || totals.calls > static_cast<int>(wanted / 2)));
    std::printf(
        "absurd values: %d calls, %d gave something; %zu operators end LibTorch's own process, %d calls are too slow "
        "there, too; %zu faults\n",
        totals.calls, totals.accepted, totals.operators_that_end.size(), totals.too_slow, totals.faults.size());
}

int main(int argc, char **argv) {
    setenv("CUDA_VISIBLE_DEVICES", "", 1);
    rt::libtorch::turn_off_back_traces();
    at::set_num_threads(1);
    if (rt_dlopen("torch", RT_DLOPEN_REQUIRE_REAL) == 0) {
        std::fprintf(stderr, "%s\n", rt_dlerror());
        return 1;
    }
    rt_log_set([](void *, std::int32_t, const char *, const char *) {},
               nullptr); // LibTorch's warnings, of which there are many
    doctest::Context context(argc, argv);
    return context.run();
}
