#include "class.hpp"

#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "callable.hpp"
#include "fork.hpp"
#include "kept_text.hpp"
#include "plugin.hpp"
#include "record.hpp"
#include "text.hpp"

namespace rt::core {

rt_class library_class = {"Library", "An opened library.", nullptr, nullptr};
rt_class callable_class = {"Callable", "A function of the host's.", release_callable, nullptr};

namespace {

struct Classes {
    std::mutex mutex;
    std::map<std::string, rt_class *> by_name;
};

Classes &classes() {
    static Classes *const instance = new Classes;
    return *instance;
}

const ForkSafe class_fork_safe(ForkRank::classes, [] { classes().mutex.lock(); }, [] { classes().mutex.unlock(); });

// Objects of a plugin that is gone, which its release function must destroy.
bool has_objects(const rt_class *class_) {
    struct Search {
        const rt_class *class_;
        bool found = false;
    } search{class_};
    each_live_slot(
        [](void *context, const Slot &slot) {
            auto *into = static_cast<Search *>(context);
            into->found = into->found || slot.class_.load(std::memory_order_relaxed) == into->class_;
        },
        &search);
    return search.found;
}

bool class_name_ok(const char *name) {
    const detail::SignatureParser parser(name);
    detail::SignatureParser p = parser;
    const Type type = p.type();
    return p.ok() && p.at_end() && type.kind == Kind::handle && !type.optional;
}

} // namespace

Outcome register_class(rt_plugin *plugin, const rt_class_desc *desc, const rt_class **out) {
    if (desc == nullptr || desc->struct_size < sizeof(rt_class_desc) || desc->name == nullptr || out == nullptr) {
        return {RT_E_ARGUMENT, "bad_description", "a class's description needs struct_size and a name"};
    }
    if (!class_name_ok(desc->name)) {
        return {RT_E_ARGUMENT, "bad_class_name",
                joined({"'", desc->name, "' cannot name a class: it needs a capital and then letters or digits"})};
    }
    if (std::strcmp(desc->name, library_class.name) == 0 || std::strcmp(desc->name, callable_class.name) == 0) {
        return {RT_E_BUSY, "class_clash", joined({"the class ", desc->name, " is the core's own"})};
    }
    const std::lock_guard lock(classes().mutex);
    rt_class *&class_ = classes().by_name[desc->name];
    if (class_ == nullptr) {
        class_ = new rt_class{keep_text(desc->name), "", nullptr, nullptr};
    }
    const rt_plugin *owner = class_->plugin.load(std::memory_order_acquire);
    if (owner != nullptr && owner != plugin && (owner->claims || has_objects(class_))) {
        return {RT_E_BUSY, "class_clash",
                joined({"the class ", desc->name, " is registered already, by the plugin '",
                        owner->name.load(std::memory_order_acquire),
                        owner->claims ? "'" : "', which is closed but has objects alive"})};
    }
    class_->doc = keep_text(desc->doc != nullptr ? desc->doc : "");
    class_->release.store(desc->release, std::memory_order_release);
    class_->plugin.store(plugin, std::memory_order_release);
    if (*out != class_) { // else the plugin is opened again, and a call from before its close may be reading it
        *out = class_;
    }
    return {};
}

void forget_releases(const rt_plugin &plugin) {
    const std::lock_guard lock(classes().mutex);
    for (const auto &[name, class_] : classes().by_name) {
        if (class_->plugin.load(std::memory_order_acquire) == &plugin) {
            class_->release.store(nullptr, std::memory_order_release);
        }
    }
}

} // namespace rt::core
