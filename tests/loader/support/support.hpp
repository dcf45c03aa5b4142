// support.hpp - what the core's tests share: the last error, plugin files, temporary folders, threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <rtffi/rtffi.h>

#include "contains.hpp"

namespace test {

// A copy of the calling thread's last error.
struct LastError {
    rt_status code = RT_OK;
    std::string message;
    std::string function;
    std::string plugin;
    std::string cause;
};
LastError last_error();

// Files of the build: plugins that misbehave, the two samples, libraries with plain symbols.
std::string plugin_path(const std::string &name);  // tests/loader/plugins: librtffi_NAME.so
std::string sample_path(const std::string &name);  // examples/plugins: librtffi_NAME.so
std::string library_path(const std::string &name); // tests/loader/plugins: libNAME.so

// A folder of its own, removed with all that is in it.
class TempFolder {
  public:
    TempFolder();
    TempFolder(const TempFolder &) = delete;
    TempFolder &operator=(const TempFolder &) = delete;
    ~TempFolder();
    const std::filesystem::path &path() const { return path_; }
    std::string file(const std::string &name) const { return (path_ / name).string(); }
    // Copies a file in; `name` is its new name. Returns its new path.
    std::string add(const std::string &from, const std::string &name) const;
    // Writes a file.
    std::string write(const std::string &name, std::string_view content) const;

  private:
    std::filesystem::path path_;
};

std::string read_file(const std::string &path);

// What rt_explain says of a name, and rt_inspect of a file: JSON.
std::string explanation_of(const char *name);
std::string inspection_of(const std::string &path);

// An opened library, closed at the end of the test; handle 0 where it did not open.
class Opened {
  public:
    explicit Opened(const std::string &path_or_name, std::int64_t flags = 0)
        : handle(rt_dlopen(path_or_name.c_str(), flags)) {}
    Opened(const Opened &) = delete;
    Opened &operator=(const Opened &) = delete;
    ~Opened();
    rt_status close();
    std::int64_t handle;
};

// A function of the host's for the length of a test: `name` with a dynamic entry that runs `body`.
class HostFunction {
  public:
    using Body = std::function<rt_status(const rt_value *args, std::size_t count, rt_value *result)>;
    HostFunction(const char *signature, Body body);
    HostFunction(const HostFunction &) = delete;
    HostFunction &operator=(const HostFunction &) = delete;
    ~HostFunction();
    const rt_function *record = nullptr;

  private:
    Body body_;
};

// A function whose native address is known, as `Type *`.
template <class Type> Type *native(const rt_function *function) {
    return reinterpret_cast<Type *>(__atomic_load_n(&function->native, __ATOMIC_ACQUIRE));
}
template <class Type> Type *native(const char *name) { return reinterpret_cast<Type *>(rt_dlsym(0, name)); }

// Calls a registered function by name; the result is the caller's to clear. The status goes to `status`.
rt_value call(const char *name, std::initializer_list<rt_value> args, rt_status expected = RT_OK);

// Runs `body(index)` on that many threads at once and joins them.
template <class Body> void on_threads(int count, Body body) {
    std::atomic<int> waiting{count};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; i++) {
        threads.emplace_back([&, i] {
            // All begin together.
            waiting.fetch_sub(1);
            while (waiting.load() != 0) {
                std::this_thread::yield();
            }
            body(i);
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}
template <class Body> void on_thread(Body body) {
    on_threads(1, [&](int) { body(); });
}

} // namespace test
