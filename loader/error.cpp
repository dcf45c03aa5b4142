#include "error.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <utility>

#include "registry.hpp"
#include "text.hpp"
#include "thread.hpp"

namespace rt::core {

namespace {

// What a thread without memory for its state has for an error.
const char *const out_of_memory = "memory is exhausted";

// Whose function it is, "" for what is none.
std::string_view plugin_of(std::string_view function) {
    const Record *record = function.empty() ? nullptr : find_published(function);
    return record != nullptr ? record->plugin_name.load(std::memory_order_acquire) : "";
}

// Completes a message that has yet to suggest a name.
void suggest(ErrorRecord &error) noexcept {
    if (error.wanted.empty()) {
        return;
    }
    try {
        const std::string nearest = nearest_name(std::exchange(error.wanted, {}));
        const Record *record = nearest.empty() ? nullptr : find_published(nearest);
        error.message += record != nullptr ? did_you_mean(nearest, record->info->text) : "";
    } catch (...) {
        error.wanted.clear();
    }
}

// Fills a caller's struct, which may be an older and shorter one.
void copy_out(rt_error *out, const rt_error &full) {
    const std::size_t size = std::min(out->struct_size, sizeof full);
    const std::size_t declared = out->struct_size;
    std::memcpy(out, &full, size);
    out->struct_size = declared;
}

} // namespace

std::uint64_t error_number() noexcept {
    const ThreadState *state = thread_block.state;
    return state != nullptr ? state->error.number : 0;
}

rt_status fail(rt_status code, const char *cause, std::string_view message, std::string_view function,
               std::string_view plugin) noexcept {
    thread_block.status = code;
    ThreadState *state = thread_state();
    if (state == nullptr) {
        return code;
    }
    ErrorRecord &error = state->error;
    error.code = code;
    error.number++;
    error.unread = true;
    try {
        // What is given may be views into the old error.
        std::string text;
        if (!function.empty() && !message.starts_with(function)) {
            text.append(function).append(": ");
        }
        text.append(message);
        std::string cause_text = cause != nullptr ? cause : "";
        error.function = function;
        error.plugin = plugin.empty() ? plugin_of(function) : plugin;
        error.cause = std::move(cause_text);
        error.message = std::move(text);
        error.wanted.clear();
    } catch (...) {
        error.wanted.clear();
        error.message.clear();
        error.function.clear();
        error.plugin.clear();
        error.cause.clear();
    }
    return code;
}

void fail_with_suggestion(const char *cause, std::string_view message, std::string_view wanted) noexcept {
    fail(RT_E_NOT_FOUND, cause, message);
    if (ThreadState *state = thread_block.state; state != nullptr) {
        try {
            state->error.wanted = wanted;
        } catch (...) {
            state->error.wanted.clear(); // the message goes without
        }
    }
}

Outcome last_outcome(rt_status code, std::string_view otherwise) {
    ThreadState *state = thread_block.state;
    if (state != nullptr) {
        suggest(state->error);
    }
    if (state == nullptr || state->error.code != code) {
        return {code, "", std::string(otherwise)};
    }
    return {code, state->error.cause, state->error.message};
}

const char *TooManyFiles::what() const noexcept {
    return "no file descriptor is left. To do: close files, or raise the limit (ulimit -n)";
}

void throw_if_exhausted(int error) {
    if (error == ENOMEM) {
        throw std::bad_alloc();
    }
    if (error == EMFILE || error == ENFILE) {
        throw TooManyFiles();
    }
}

rt_status fail_with_current_exception(const char *where) noexcept {
    try {
        throw;
    } catch (const std::bad_alloc &) {
        return fail(RT_E_MEMORY, nullptr, out_of_memory, where);
    } catch (const TooManyFiles &error) {
        return fail(RT_E_LOAD, "too_many_files", error.what(), where);
    } catch (const std::exception &error) {
        return fail(RT_E_CALLEE, nullptr, error.what(), where);
    } catch (...) {
        return fail(RT_E_CALLEE, nullptr, "an unknown exception was thrown", where);
    }
}

} // namespace rt::core

using namespace rt::core;

extern "C" {

int32_t *rt_error_location(void) { return &thread_block.status; }

rt_status rt_last_error(rt_error *out) {
    if (out == nullptr || out->struct_size < offsetof(rt_error, message)) {
        return fail(RT_E_ARGUMENT, nullptr, "rt_last_error: error is null or its struct_size is not set");
    }
    ThreadState *state = thread_block.state;
    rt_error full = {sizeof full, RT_OK, "", "", "", "", nullptr};
    if (state != nullptr) {
        ErrorRecord &error = state->error;
        suggest(error);
        full = {sizeof full,
                error.code,
                error.message.empty() && error.code != RT_OK ? out_of_memory : error.message.c_str(),
                error.function.c_str(),
                error.plugin.c_str(),
                error.cause.c_str(),
                nullptr};
    } else if (thread_block.status != RT_OK) {
        full.code = thread_block.status;
        full.message = out_of_memory;
    }
    copy_out(out, full);
    return full.code;
}

const char *rt_dlerror(void) {
    ThreadState *state = thread_block.state;
    if (state == nullptr || !state->error.unread) {
        return nullptr;
    }
    state->error.unread = false;
    suggest(state->error);
    return state->error.message.empty() ? out_of_memory : state->error.message.c_str();
}

rt_status rt_fail(rt_status code, const char *cause, const char *message) {
    // An empty message is the core's sign for no memory.
    const bool said = message != nullptr && *message != '\0';
    return fail(code == RT_OK ? RT_E_CALLEE : code, cause, said ? message : "it failed and did not say why");
}

rt_status rt_call_ex(const rt_function *function, const rt_value *args, size_t count, rt_value *result, rt_error *out) {
    if (result != nullptr) {
        *result = rt_none();
    }
    if (function == nullptr || (args == nullptr && count != 0) || result == nullptr || out == nullptr ||
        out->struct_size < sizeof(rt_error)) {
        return fail(RT_E_ARGUMENT, nullptr,
                    "rt_call_ex: function, args, result or error is null, or error->struct_size is not set");
    }
    const std::uint64_t errors_before = error_number();
    const rt_status status = rt_call(function, args, count, result);
    const std::size_t declared = out->struct_size;
    *out = {declared, status, "", "", "", "", nullptr};
    if (status == RT_OK) {
        return RT_OK;
    }
    rt_error last = {sizeof last, status, "it failed and did not say why", function->name, "", "", nullptr};
    if (error_number() != errors_before) {
        rt_last_error(&last);
    }
    const char *texts[] = {last.message, last.function, last.plugin, last.cause};
    const char **slots[] = {&out->message, &out->function, &out->plugin, &out->cause};
    std::size_t total = 0;
    for (const char *text : texts) {
        total += std::strlen(text) + 1;
    }
    auto *storage = static_cast<char *>(std::malloc(total));
    if (storage == nullptr) {
        out->message = out_of_memory;
        return status;
    }
    out->storage = storage;
    for (std::size_t i = 0; i < std::size(texts); i++) {
        *slots[i] = storage;
        storage = stpcpy(storage, texts[i]) + 1;
    }
    return status;
}

void rt_error_clear(rt_error *error) {
    if (error == nullptr || error->struct_size < sizeof(rt_error)) {
        return;
    }
    std::free(error->storage);
    *error = {error->struct_size, RT_OK, "", "", "", "", nullptr};
}

const char *rt_status_name(rt_status status) {
    static const char *const names[] = {"RT_OK",          "RT_E_ARGUMENT",  "RT_E_TYPE",        "RT_E_HANDLE",
                                        "RT_E_NOT_FOUND", "RT_E_SIGNATURE", "RT_E_UNAVAILABLE", "RT_E_LOAD",
                                        "RT_E_UNTRUSTED", "RT_E_BUSY",      "RT_E_MEMORY",      "RT_E_CALLEE"};
    return status >= 0 && static_cast<std::size_t>(status) < std::size(names) ? names[status] : "RT_E_UNKNOWN";
}

} // extern "C"
