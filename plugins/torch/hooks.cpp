#include "hooks.hpp"

#include <algorithm>
#include <string>

#include "arguments.hpp"

namespace rt::libtorch {

namespace {

struct Words {
    const char *name;
    const char *replaces;
};
constexpr Words words[] = {
    {"forward pre-hook", "inputs"}, {"forward hook", "outputs"}, {"full backward hook", "inputs"}};

const Words &words_of(HookKind kind) { return words[static_cast<std::size_t>(kind)]; }

} // namespace

std::int64_t ModuleHooks::add(HookKind kind, const Callable &hook) {
    auto kept = std::make_shared<const Callable>(hook);
    const std::lock_guard lock(mutex_);
    hooks_.push_back({last_ + 1, kind, std::move(kept)});
    count_.store(hooks_.size(), std::memory_order_release);
    return ++last_;
}

void ModuleHooks::remove(std::int64_t number) {
    Hook removed{}; // goes without the lock: what the host does then is its own
    const std::lock_guard lock(mutex_);
    const auto found =
        std::find_if(hooks_.begin(), hooks_.end(), [&](const Hook &hook) { return hook.number == number; });
    if (found == hooks_.end()) {
        refuse(str("this module has no hook ", number,
                   ": give the number that registering one gave, and remove each only once"));
    }
    removed = std::move(*found);
    hooks_.erase(found);
    count_.store(hooks_.size(), std::memory_order_release);
}

ModuleHooks::List ModuleHooks::of(HookKind kind) const {
    List all;
    const std::lock_guard lock(mutex_);
    for (const Hook &hook : hooks_) {
        if (hook.kind == kind) {
            all.push_back(hook.callable);
        }
    }
    return all;
}

void ModuleHooks::copy(const ModuleHooks &other) {
    std::vector<Hook> replaced; // goes without the lock
    const std::scoped_lock lock(mutex_, other.mutex_);
    replaced.swap(hooks_);
    hooks_ = other.hooks_;
    last_ = other.last_;
    count_.store(hooks_.size(), std::memory_order_release);
}

const char *hook_name(HookKind kind) { return words_of(kind).name; }

void check_hook_results(HookKind kind, std::size_t given, std::size_t wanted) {
    if (given != wanted) {
        refuse(str("the ", words_of(kind).name, " gave ", given, " tensors, and the module has ", wanted, " ",
                   words_of(kind).replaces, ": give one for each, none for those that stay, or nothing at all"));
    }
}

void check_replaced_gradient(std::size_t index, Shape given, Shape wanted) {
    if (!std::equal(given.begin(), given.end(), wanted.begin(), wanted.end())) {
        refuse(str("the full backward hook gave ", text_of(given), " for the gradient of input ", index, ", which is ",
                   text_of(wanted)));
    }
}

void refuse_unneeded_gradients() {
    refuse("the full backward hook gave gradients, and no input of the module requires any: give nothing");
}

} // namespace rt::libtorch
