// Every operator of LibTorch's dispatcher, called directly and through the registry, with values made from its schema.
//
// A child process compares, one operator after another, and says what it is about to do: an operator that ends the process or does
// not come to an end in the direct call is LibTorch's own affair, and counted as that. In the call through the registry it is ours,
// unless LibTorch's own calls, in a process of their own, end that one, too: what an operator writes beyond its tensors does its harm
// by chance, and later.
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <rtffi/host.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

#include "../../../plugins/torch/version.hpp"
#include "comparison.hpp"
#include "list.hpp"

namespace {

using operators::all_operators;
using operators::left_out;
using operators::Named;
using operators::undefined;

// ---- The child -----------------------------------------------------------------------------------------------------------

void say(const char *phase) {
    std::printf("phase %s\n", phase);
    std::fflush(stdout);
}

int call_alone(std::size_t index) {
    alarm(60);
    operators::call_directly(all_operators().at(index).op, 100);
    return 0;
}

int compare_range(std::size_t first, std::size_t end) {
    if (rt_dlopen("torch", RT_DLOPEN_REQUIRE_REAL) == 0) {
        std::fprintf(stderr, "%s\n", rt_dlerror());
        return 1;
    }
    rt_log_set([](void *, std::int32_t, const char *, const char *) {},
               nullptr); // LibTorch's warnings, of which there are many
    const std::vector<Named> all = all_operators();
    for (std::size_t i = first; i < std::min(end, all.size()); i++) {
        std::printf("operator %zu\n", i);
        if (left_out(all[i].name) || undefined(all[i].name)) {
            continue;
        }
        alarm(30);
        const operators::Outcome outcome = operators::compare(all[i].op, all[i].name, say);
        alarm(0);
        std::printf("outcome %d %d %d %d %s\n", outcome.compared, outcome.refused, outcome.gradients, outcome.dimnames,
                    outcome.differs.c_str());
        std::fflush(stdout);
    }
    std::printf("end\n");
    return 0;
}

// ---- The parent ----------------------------------------------------------------------------------------------------------

struct Totals {
    int operators = 0;
    int compared = 0; // operators of which a sample was compared
    int samples = 0;
    int gradients = 0;
    int refused = 0;
    int dimnames = 0; // operators
    std::vector<std::string> libtorch_died;
    std::vector<std::string> differ;
};

// Adds what a child said of one operator.
void add_outcome(std::istringstream &words, const std::string &name, Totals &totals) {
    operators::Outcome outcome;
    words >> outcome.compared >> outcome.refused >> outcome.gradients >> outcome.dimnames >> std::ws;
    std::getline(words, outcome.differs);
    totals.compared += outcome.compared > 0 ? 1 : 0;
    totals.samples += outcome.compared;
    totals.refused += outcome.refused;
    totals.gradients += outcome.gradients;
    totals.dimnames += outcome.dimnames > 0 ? 1 : 0;
    if (!outcome.differs.empty()) {
        totals.differ.push_back(name + ": " + outcome.differs);
    }
}

// One child's account.
struct Account {
    std::size_t next = 0;     // the operator to go on with
    bool came_through = true; // else it ended in the one before
    bool in_registry = false;
};

Account read_child(std::FILE *child, const std::vector<Named> &all, std::size_t first, Totals &totals) {
    std::array<char, 4096> line{};
    std::size_t at = first;
    std::string phase = "direct";
    while (std::fgets(line.data(), line.size(), child) != nullptr) {
        std::istringstream words(line.data());
        std::string what;
        words >> what;
        if (what == "operator") {
            words >> at;
            phase = "direct";
        } else if (what == "phase") {
            words >> phase;
        } else if (what == "outcome") {
            add_outcome(words, all[at].name, totals);
        } else if (what == "end") {
            return {all.size(), true, false};
        }
    }
    return {at + 1, false, phase == "registry"};
}

std::string program;

std::string child_command(const std::string &arguments) { return "'" + program + "' " + arguments + " 2>/dev/null"; }

Account compare_in_child(const std::vector<Named> &all, std::size_t first, std::size_t end, Totals &totals) {
    const std::string arguments = "--compare " + std::to_string(first) + " " + std::to_string(end);
    std::FILE *child = popen(child_command(arguments).c_str(), "r");
    REQUIRE(child != nullptr);
    const Account account = read_child(child, all, first, totals);
    pclose(child);
    return account;
}

// Of an operator in whose call through the registry the process ended: LibTorch's own doing, ours, or what is left of an operator
// before it in the same process?
void judge(const std::vector<Named> &all, std::size_t index, Totals &totals) {
    if (std::system(child_command("--alone " + std::to_string(index) + " >/dev/null").c_str()) != 0) {
        totals.libtorch_died.push_back(all[index].name);
    } else if (!compare_in_child(all, index, index + 1, totals).came_through) {
        totals.differ.push_back(all[index].name + ": the process ended");
    }
}

Totals compare_all() {
    const std::vector<Named> all = all_operators();
    Totals totals;
    totals.operators = static_cast<int>(all.size());
    for (std::size_t next = 0; next < all.size();) {
        const Account account = compare_in_child(all, next, all.size(), totals);
        next = account.next;
        if (!account.came_through && account.in_registry) {
            judge(all, next - 1, totals);
        } else if (!account.came_through) {
            totals.libtorch_died.push_back(all[next - 1].name);
        }
    }
    return totals;
}

} // namespace

TEST_CASE("every operator gives through the registry what LibTorch itself gives, and its gradients and its errors") {
    const Totals totals = compare_all();
    std::printf(
        "operators: %d; compared %d, in %d samples, %d of them with gradients; %d samples refused with the same words; "
        "%d take dimensions by name; %zu end LibTorch's own process; %zu differ\n",
        totals.operators, totals.compared, totals.samples, totals.gradients, totals.refused, totals.dimnames,
        totals.libtorch_died.size(), totals.differ.size());
    for (const std::string &name : totals.libtorch_died) {
        std::printf("  ends LibTorch: %s\n", name.c_str());
    }
    for (const std::string &text : totals.differ) {
        std::printf("  differs: %s\n", text.c_str());
    }
    CHECK(totals.compared >= 1000);
    CHECK(totals.differ.empty());
}

int main(int argc, char **argv) {
    const std::string role = argc > 2 ? argv[1] : "";
    const auto number = [&](int i) { return static_cast<std::size_t>(std::strtoull(argv[i], nullptr, 10)); };
    rt::libtorch::turn_off_back_traces();
    at::set_num_threads(1);
    setenv("CUDA_VISIBLE_DEVICES", "", 1);
    if (role == "--compare" && argc == 4) {
        return compare_range(number(2), number(3));
    }
    if (role == "--alone") {
        return call_alone(number(2));
    }
    program = argv[0];
    doctest::Context context(argc, argv);
    return context.run();
}
