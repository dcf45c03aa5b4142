#include "kept_text.hpp"

#include <mutex>
#include <set>
#include <string>

#include "fork.hpp"

namespace rt::core {

namespace {

struct Texts {
    std::mutex mutex;
    std::set<std::string, std::less<>> all; // its nodes stay where they are
};

Texts &texts() {
    static Texts *const instance = new Texts;
    return *instance;
}

const ForkSafe kept_text_fork_safe(ForkRank::texts, [] { texts().mutex.lock(); }, [] { texts().mutex.unlock(); });

} // namespace

const char *keep_text(std::string_view text) {
    const std::lock_guard lock(texts().mutex);
    const auto found = texts().all.find(text);
    return (found != texts().all.end() ? found : texts().all.emplace(text).first)->c_str();
}

} // namespace rt::core
