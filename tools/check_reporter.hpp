// check_reporter.hpp - how the child process of `verify` tells its parent what it found.
//
// One JSON object a line: {"begin":ID} before a check, the check after it with the "seconds" that it took, {"functions":N}, and
// {"done":true} last. So the parent knows which check a process was in that came to no end.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "output.hpp"

namespace rt::tools {

// Thrown by a check: what is wrong, what to do about it, and which check that is where it is another one.
struct CheckFailed : std::runtime_error {
    explicit CheckFailed(const std::string &detail, std::string advice = "", std::string other_id = "")
        : std::runtime_error(detail), hint(std::move(advice)), id(std::move(other_id)) {}
    std::string hint;
    std::string id;
};

class CheckReporter {
  public:
    // Takes the descriptor to a place where a plugin that closes or writes to all it finds does not look, and what the plugin starts
    // does not inherit it: nobody shall keep the parent waiting.
    explicit CheckReporter(int descriptor);

    // Runs a check, which gives its detail or throws; `hint` is for one that throws something else than CheckFailed.
    bool run(const std::string &id, const std::string &hint, const std::function<std::string()> &check) const;
    void send(const Json &line) const;

  private:
    int descriptor_;
};

} // namespace rt::tools
