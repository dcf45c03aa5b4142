// error.cpp - LibTorch's exceptions as the host sees them.
#include "error.hpp"

#include <c10/util/Exception.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <string_view>

namespace rt::libtorch {

namespace {

constexpr const char *out_of_memory = "out_of_memory";

std::string first_line(std::string_view text) {
    while (!text.empty() && (text.front() == '\n' || text.front() == ' ')) {
        text.remove_prefix(1);
    }
    return std::string(text.substr(0, text.find('\n')));
}

// What went wrong. The TorchScript interpreter puts the script's own stack before it, indented or marked; after the last
// mark comes `RuntimeError: ...`, or `builtins.ValueError: ...` where the script raised it.
std::string headline(std::string_view text) {
    constexpr std::string_view mark = "<--- HERE\n";
    const std::size_t stack_end = text.rfind(mark);
    if (stack_end == std::string_view::npos) {
        return first_line(text);
    }
    std::string_view rest = text.substr(stack_end + mark.size());
    while (!rest.empty()) {
        const std::size_t name_end = rest.find_first_of(" :\n");
        if (name_end != 0 && name_end != std::string_view::npos && rest.substr(name_end).starts_with(": ")) {
            return first_line(rest.substr(name_end + 2));
        }
        rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
    }
    return first_line(text);
}

// The CPU's allocator reports what the other allocators have an exception of their own for as a plain error.
bool is_cpu_out_of_memory(std::string_view message) {
    return message.find("DefaultCPUAllocator: ") != std::string_view::npos;
}

Failure failure(const c10::Error &error, rt_status code, const char *cause) {
    return {code, cause, headline(error.what_without_backtrace())};
}

// Without where in LibTorch's sources it was noticed: "[enforce fail at alloc_cpu.cpp:75] err == 0. "
Failure out_of_cpu_memory(std::string_view message) {
    constexpr std::string_view mark = "DefaultCPUAllocator: ";
    const std::size_t at = message.find(mark);
    return {RT_E_MEMORY, out_of_memory, first_line(at == message.npos ? message : message.substr(at + mark.size()))};
}

// LibTorch counts with 64 bits and says so when a shape does not fit: no machine has the memory.
bool is_overflow(std::string_view message) { return message.find("calculation overflowed") != std::string_view::npos; }

} // namespace

Failure translate_exception() {
    try {
        throw;
    } catch (const c10::OutOfMemoryError &error) {
        return failure(error, RT_E_MEMORY, out_of_memory);
    } catch (const c10::IndexError &error) {
        return failure(error, RT_E_ARGUMENT, "index");
    } catch (const c10::ValueError &error) {
        return failure(error, RT_E_CALLEE, "value");
    } catch (const c10::TypeError &error) {
        return failure(error, RT_E_CALLEE, "type");
    } catch (const c10::NotImplementedError &error) {
        return failure(error, RT_E_CALLEE, "not_implemented");
    } catch (const c10::LinAlgError &error) {
        return failure(error, RT_E_CALLEE, "linalg");
    } catch (const c10::Error &error) {
        const std::string_view message = error.what_without_backtrace();
        if (is_cpu_out_of_memory(message) || is_overflow(message)) {
            return out_of_cpu_memory(message);
        }
        return failure(error, RT_E_CALLEE, "libtorch");
    } catch (const Error &) {
        throw; // a std::exception that says by itself what it is
    } catch (const std::bad_alloc &) {
        return {RT_E_MEMORY, out_of_memory, "memory is exhausted"};
    } catch (const std::length_error &error) {
        return {RT_E_MEMORY, out_of_memory, std::string("a list is too long: ") + error.what()};
    } catch (const std::exception &error) {
        return {RT_E_CALLEE, "libtorch", headline(error.what())};
    }
}

} // namespace rt::libtorch
