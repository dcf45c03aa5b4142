// discovery.cpp - what looking through a folder of 200 plugins costs: their notes, and whether they may be loaded.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <rtffi/rtffi.h>

#include "measure.hpp"

namespace {

constexpr int count = 200;

// A folder of its own with copies of a plugin.
class Plugins {
  public:
    Plugins() {
        std::string pattern = (std::filesystem::temp_directory_path() / "rtffi-bench-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            std::perror("bench: mkdtemp");
            std::exit(1);
        }
        folder_ = pattern;
        for (int i = 0; i < count; i++) {
            std::filesystem::copy_file(RTFFI_BENCH_PLUGIN, folder_ / ("librtffi_" + std::to_string(i) + ".so"));
        }
    }
    Plugins(const Plugins &) = delete;
    Plugins &operator=(const Plugins &) = delete;
    ~Plugins() { std::filesystem::remove_all(folder_); }
    std::string folder() const { return folder_.string(); }

  private:
    std::filesystem::path folder_;
};

} // namespace

int main(int argc, char **argv) {
    const Plugins plugins;
    setenv("RTFFI_PLUGIN_PATH", plugins.folder().c_str(), 1);
    const auto scan = [](std::int64_t n) {
        for (std::int64_t i = 0; i < n; i++) {
            const rt_function *function = nullptr;
            if (rt_bind("no_plugin_has_this", nullptr, 0, &function) != RT_E_NOT_FOUND) {
                std::fprintf(stderr, "bench: %s\n", rt_dlerror());
            }
            bench::keep(function);
        }
    };
    scan(1); // what is kept of each file is read once
    bench::Variant variant = {"a function that no plugin has", scan};
    variant.limit_ns = 8e6;
    bench::Options options;
    options.repetitions = 20;
    options.rounds = 5;
    options.instructions = false;
    return bench::compare(argc, argv, "a folder of 200 plugins", {variant}, options);
}
