// SPDX-License-Identifier: Apache-2.0
// host_registry.hpp - rt::Library and rt::Registry: open libraries and plugins, and see what is there.
#ifndef RTFFI_DETAIL_HOST_REGISTRY_HPP
#define RTFFI_DETAIL_HOST_REGISTRY_HPP

#include <exception>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "host_handle.hpp"

namespace rt {

// An opened library; closes it when it goes. Move-only. Functions bound from a plugin become errors then, and addresses
// from `address` die.
class Library {
  public:
    // A bare name ("torch") is a plugin, looked for on the search path; a text with a slash is a path to any shared
    // library. `flags` are dlopen's. Throws what rt_dlopen reports.
    explicit Library(const char *path_or_name, std::int64_t flags = 0) : handle_(rt_dlopen(path_or_name, flags)) {
        if (handle_ == 0) {
            detail::throw_last_error(RT_E_LOAD);
        }
    }
    explicit Library(const std::string &path_or_name, std::int64_t flags = 0) : Library(path_or_name.c_str(), flags) {}
    Library(Library &&other) noexcept : handle_(std::exchange(other.handle_, 0)), kept_(other.kept_) {}
    Library &operator=(Library &&other) noexcept {
        Library taken(std::move(other));
        std::swap(handle_, taken.handle_);
        std::swap(kept_, taken.kept_);
        return *this;
    }
    // A plugin whose handles are alive refuses to go, and stays loaded; `close` says so.
    ~Library() {
        if (handle_ != 0 && !kept_) {
            rt_dlclose(handle_);
        }
    }

    // Closes it now. Throws RT_E_BUSY while handles of the plugin live; the library is then still open. With
    // RT_DLCLOSE_UNMAP also RT_E_UNAVAILABLE, where the code is still mapped; the library is then closed.
    void close(std::int64_t flags = 0) {
        if (handle_ != 0) {
            const rt_status status = rt_dlclose_ex(handle_, flags);
            if (status == RT_OK || status == RT_E_UNAVAILABLE) {
                handle_ = 0;
            }
            detail::check(status);
        }
    }
    // Leaves it open for the life of the process.
    void keep() noexcept { kept_ = true; }

    // The address of a symbol as a pointer to a C function, `library.address<double(double)>("cos")`: with a plugin, the
    // native entry of a registered function. No signature is checked. Throws RT_E_NOT_FOUND, and RT_E_HANDLE after `close`.
    template <class Type> Type *address(const char *symbol) const {
        if (handle_ == 0) {
            throw Error(RT_E_HANDLE, "the library is closed, so it has no address for " + std::string(symbol));
        }
        const std::int64_t found = rt_dlsym(handle_, symbol);
        if (found == 0) {
            detail::throw_last_error(RT_E_NOT_FOUND);
        }
        return reinterpret_cast<Type *>(found);
    }
    template <class Type> Type *address(const std::string &symbol) const { return address<Type>(symbol.c_str()); }

    std::int64_t handle() const noexcept { return handle_; }

  private:
    std::int64_t handle_;
    bool kept_ = false;
};

struct FunctionInfo {
    const rt_function *record = nullptr;
    std::string name;
    std::string signature;
    std::string doc;
    std::string group;
    std::string plugin; // "host" for what the host published
    std::uint64_t flags = 0;
};

struct PluginInfo {
    std::string name;
    std::string version;
    std::string doc;
    std::string path;
    std::string state; // "loading", "active", "retiring", "retired", "failed", "closed"
    std::int64_t functions = 0;
};

// The process's one registry.
class Registry {
  public:
    static Library open(const std::string &path_or_name, std::int64_t flags = 0) {
        return Library(path_or_name, flags);
    }

    // What is registered now under this name, or null; loads nothing.
    static const rt_function *lookup(const char *name) noexcept { return rt_lookup(name); }
    static const rt_function *lookup(const std::string &name) noexcept { return rt_lookup(name.c_str()); }

    // Puts a folder at the front of the plugin search path.
    static void add_search_path(const std::filesystem::path &folder) {
        detail::check(rt_search_path_add(folder.c_str()));
    }

    // The registered functions whose names begin with `prefix`, in the order of their names.
    static std::vector<FunctionInfo> functions(const std::string &prefix = "") {
        return collect<FunctionInfo, rt_function_info>(to_function_info, [&](rt_function_visitor visit, void *context) {
            return rt_each_function(prefix.c_str(), visit, context);
        });
    }

    // What the providers of opened plugins offer under names that begin with `prefix`, which begins with a provider's own;
    // `record` is null. See rt_each_provided.
    static std::vector<FunctionInfo> provided(const std::string &prefix) {
        return collect<FunctionInfo, rt_function_info>(to_function_info, [&](rt_function_visitor visit, void *context) {
            return rt_each_provided(prefix.c_str(), visit, context);
        });
    }

    // One function by its record.
    static FunctionInfo describe(const rt_function *function) {
        rt_function_info i{};
        i.struct_size = sizeof i;
        detail::check(rt_function_describe(function, &i));
        return to_function_info(i);
    }

    // The plugins this process has opened.
    static std::vector<PluginInfo> plugins() {
        return collect<PluginInfo, rt_plugin_info>(
            [](const rt_plugin_info &i) { return PluginInfo{i.name, i.version, i.doc, i.path, i.state, i.functions}; },
            [](rt_plugin_visitor visit, void *context) { return rt_each_plugin(visit, context); });
    }

  private:
    static FunctionInfo to_function_info(const rt_function_info &i) {
        return {i.function, i.name, i.signature, i.doc, i.group, i.plugin, i.flags};
    }

    // Runs an rt_each_*; an exception of the visitor's waits until the C frames are behind us.
    template <class Info, class Raw, class Convert, class Each>
    static std::vector<Info> collect(Convert convert, Each each) {
        struct Context {
            std::vector<Info> found;
            std::exception_ptr failure;
            Convert convert;
        } context{{}, nullptr, convert};
        const rt_status status = each(
            [](void *opaque, const Raw *raw) -> bool {
                auto &c = *static_cast<Context *>(opaque);
                try {
                    c.found.push_back(c.convert(*raw));
                } catch (...) {
                    c.failure = std::current_exception();
                }
                return c.failure == nullptr;
            },
            &context);
        if (context.failure) {
            std::rethrow_exception(context.failure);
        }
        detail::check(status);
        return std::move(context.found);
    }
};

} // namespace rt

#endif
