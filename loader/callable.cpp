#include "callable.hpp"

#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "borrow.hpp"
#include "cancellation.hpp"
#include "class.hpp"
#include "error.hpp"
#include "fitting.hpp"
#include "handle.hpp"
#include "mapped_image.hpp"
#include "record.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

// The record comes first: the host's dynamic entry gets it as `self`.
struct CallableObject : Record {
    void (*release)(void *) = nullptr;
    std::uint64_t thread = 0; // 0: any thread may call it
};

// Unpins on every way out, also when the thread is cancelled inside the callable.
class PinnedCallable {
  public:
    explicit PinnedCallable(std::int64_t handle) : cell_(handle_pin(handle, &callable_class)) {}
    PinnedCallable(const PinnedCallable &) = delete;
    PinnedCallable &operator=(const PinnedCallable &) = delete;
    ~PinnedCallable() {
        if (cell_ != nullptr) {
            handle_unpin(cell_);
        }
    }
    CallableObject *get() const { return cell_ != nullptr ? static_cast<CallableObject *>(*cell_) : nullptr; }

  private:
    void **cell_;
};

rt_status fail_fit(const CallableObject &callable, const std::string &what, const Type &type, const rt_value &value) {
    return fail(
        RT_E_TYPE, "wrong_type",
        joined({"the callable `", callable.info->text, "`: ", what, " is ", described(&value), ", not ", type.text}));
}

rt_status check_arguments(const CallableObject &callable, const rt_value *args) {
    for (std::size_t i = 0; i < callable.info->parameters.size(); i++) {
        const Type &type = callable.info->parameters[i].type;
        if (!fits(type, args[i])) {
            return fail_fit(callable, "argument " + std::to_string(i + 1), type, args[i]);
        }
    }
    return RT_OK;
}

// A host gives the one object of a list as it is.
void make_list(rt_value &handle) {
    auto *items = static_cast<std::int64_t *>(std::malloc(sizeof(std::int64_t)));
    if (items == nullptr) {
        throw std::bad_alloc();
    }
    *items = handle.payload.integer;
    handle = {RT_HANDLE_ARRAY, RT_VALUE_OWNED, 1, {}};
    handle.payload.pointer = items;
}

// Of what the host's code gave, so that a plugin may read the payload that the signature tells of. What does not fit goes.
rt_status check_result(const CallableObject &callable, rt_value &result) {
    const Type &type = callable.info->result;
    if (type.is_handles() && (result.type == RT_HANDLE || result.type == RT_INTEGER)) {
        make_list(result);
    }
    if (fits(type, result)) {
        if (type.kind == Kind::f64 && result.type == RT_INTEGER) {
            result.type = RT_DOUBLE;
            result.payload.number = static_cast<double>(result.payload.integer);
        }
        return RT_OK;
    }
    const rt_status status = fail_fit(callable, "what it gave", type, result);
    if (result.type == RT_HANDLE) {
        rt_handle_free(result.payload.integer);
    }
    rt_value_clear(&result);
    return status;
}

} // namespace

void release_callable(void *object) {
    const std::unique_ptr<CallableObject> callable(static_cast<CallableObject *>(object));
    if (callable->release != nullptr) {
        const NotCancelled whole; // the last pin is given back by destructors
        guarded("release of a callable", [&] {
            callable->release(callable->context);
            return rt_status{RT_OK};
        });
    }
}

std::size_t callables_in(void *library) {
    std::vector<std::int64_t> handles;
    each_live_slot(
        [](void *context, const Slot &slot) {
            if (slot.class_.load(std::memory_order_relaxed) == &callable_class) {
                static_cast<std::vector<std::int64_t> *>(context)->push_back(handle_of(slot));
            }
        },
        &handles);
    if (handles.empty()) {
        return 0; // closing needs no memory then
    }
    const MappedImage image = image_of(library);
    std::size_t count = 0;
    for (const std::int64_t handle : handles) {
        const PinnedCallable pinned(handle); // its owner may free it now
        const CallableObject *callable = pinned.get();
        count += callable != nullptr && (image.holds(callable->dynamic) || image.holds(callable->release)) ? 1U : 0U;
    }
    return count;
}

} // namespace rt::core

using namespace rt::core;

extern "C" {

int64_t rt_callable(const char *signature, rt_dynamic_entry dynamic, void *context, void (*release)(void *),
                    uint64_t flags) {
    return guarded_value("rt_callable", std::int64_t{0}, [&]() -> std::int64_t {
        if (signature == nullptr || dynamic == nullptr) {
            fail(RT_E_ARGUMENT, nullptr, "rt_callable: the signature or the entry is null");
            return 0;
        }
        auto callable = std::make_unique<CallableObject>();
        if (Outcome ok = SignatureInfo::parse(signature, callable->info); !ok) {
            ok.raise();
            return 0;
        }
        const ThreadState *state = thread_state();
        if (state == nullptr) {
            throw std::bad_alloc();
        }
        callable->name = "callable";
        callable->signature = callable->info->text.c_str();
        callable->doc = "";
        callable->group = "";
        callable->plugin_name = "host";
        callable->dynamic = dynamic;
        callable->context = context;
        callable->release = release;
        callable->thread = (flags & RT_FUNCTION_ANY_THREAD) != 0 ? 0 : state->serial;
        callable->flags = flags;
        const std::int64_t handle = handle_create(&callable_class, callable.get());
        if (handle != 0) {
            [[maybe_unused]] const CallableObject *owned_by_handle = callable.release();
        }
        return handle;
    });
}

rt_status rt_callable_call(int64_t handle, const rt_value *args, size_t count, rt_value *result) {
    return guarded("callable", [&]() -> rt_status {
        if (result == nullptr || (args == nullptr && count != 0)) {
            return fail(RT_E_ARGUMENT, nullptr, "rt_callable_call: args or result is null");
        }
        *result = rt_none();
        const PinnedCallable pinned(handle);
        const CallableObject *callable = pinned.get();
        if (callable == nullptr) {
            return fail(RT_E_HANDLE, "bad_callable",
                        "rt_callable_call: " + describe_bad_handle(handle, &callable_class));
        }
        const ThreadState *state = thread_state();
        if (callable->thread != 0 && (state == nullptr || state->serial != callable->thread)) {
            return fail(
                RT_E_UNAVAILABLE, "wrong_thread",
                joined({"the callable `", callable->info->text,
                        "` may be called by the thread that made it alone; make it with RT_FUNCTION_ANY_THREAD"}));
        }
        if (count != callable->info->parameters.size()) {
            return fail(
                RT_E_ARGUMENT, "argument_count",
                joined({"the callable `", callable->info->text, "` was given ", std::to_string(count), " arguments"}));
        }
        if (const rt_status unfit = check_arguments(*callable, args); unfit != RT_OK) {
            return unfit;
        }
        const CallbackDepth depth;
        const std::uint64_t errors_before = error_number();
        const rt_status status = rt_call(callable, args, count, result);
        // An error of another code is one that the callable met on its way and did without.
        if (status != RT_OK && (error_number() == errors_before || thread_state()->error.code != status)) {
            return fail(status, nullptr,
                        joined({"the callable `", callable->info->text, "` failed and did not say why"}));
        }
        return status == RT_OK ? check_result(*callable, *result) : status;
    });
}

} // extern "C"
