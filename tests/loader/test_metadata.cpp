// The notes in a plugin's file, read without loading it, and files that are damaged.
#include <random>

#include <doctest/doctest.h>

#include "support/elf_image.hpp"
#include "support/support.hpp"

using test::contains;
using test::each_program_header;
using test::get;
using test::header_count_at;
using test::program_headers_at;
using test::put;

namespace {

// Has the core read the metadata of the one file in a folder, without loading it: as looking for a name does.
std::string said_of(const test::TempFolder &folder) {
    rt_search_path_add(folder.path().c_str());
    rt_dlopen("no_plugin_has_this_name", 0);
    return test::last_error().message;
}

} // namespace

TEST_CASE("the metadata of plugins in C and C++ is read without loading them") {
    for (const char *name : {"cvalues", "values"}) {
        test::TempFolder folder;
        folder.add(test::plugin_path(name), "librtffi_copy.so");
        // A misspelt name is told from the metadata.
        rt_search_path_add(folder.path().c_str());
        const std::string misspelt = std::string(name) + "s";
        CHECK(rt_dlopen(misspelt.c_str(), 0) == 0);
        CHECK_MESSAGE(contains(test::last_error().message, std::string("did you mean ") + name + "?"),
                      test::last_error().message);
        CHECK(!contains(test::read_file("/proc/self/maps"), folder.path().string()));
    }
}

TEST_CASE("a file that ends anywhere is refused, and never crashes") {
    const std::string image = test::read_file(test::plugin_path("hook_d"));
    const std::size_t end = test::end_of_segments(image);
    REQUIRE((end > 4096 && end <= image.size()));
    test::TempFolder folder;
    for (std::size_t size = 0; size < end;
         size = size < 4096 ? size + 61 : std::max(size + 1, std::min(size + 997, end - 1))) {
        const std::string path = folder.write("librtffi_cut.so", image.substr(0, size));
        said_of(folder);
        // It must not get as far as dlopen, which would end the process.
        REQUIRE(rt_dlopen(path.c_str(), 0) == 0);
        CHECK(test::last_error().code == RT_E_LOAD);
        CHECK(test::last_error().cause == (size < 4 ? "not_elf" : "truncated"));
    }
}

TEST_CASE("headers and notes with any numbers in them are refused, and never crash") {
    const std::string image = test::read_file(test::plugin_path("hook_d"));
    test::TempFolder folder;
    const std::uint64_t numbers[] = {0,
                                     1,
                                     3,
                                     4,
                                     5,
                                     63,
                                     0x7fffffff,
                                     0x80000000,
                                     0xffffffff,
                                     0xfffffffffffffffc,
                                     0x7fffffffffffffff,
                                     0xffffffffffffffff};
    const auto try_file = [&](const std::string &damaged) {
        folder.write("librtffi_damaged.so", damaged);
        said_of(folder);
    };
    for (const std::uint64_t number : numbers) {
        std::string damaged = image;
        put(damaged, program_headers_at, number);
        try_file(damaged);
        damaged = image;
        put(damaged, header_count_at, static_cast<std::uint16_t>(number));
        try_file(damaged);
    }
    each_program_header(image, [&](std::size_t header) {
        if (get<std::uint32_t>(image, header) != PT_NOTE) {
            return;
        }
        for (const std::uint64_t number : numbers) {
            for (const std::size_t field : {8U, 32U, 40U, 48U}) { // offset, sizes, alignment
                std::string damaged = image;
                put(damaged, header + field, number);
                try_file(damaged);
            }
            // The sizes and the type of the first note.
            for (const std::size_t field : {0U, 4U, 8U}) {
                std::string damaged = image;
                put(damaged, get<std::uint64_t>(image, header + 8) + field, static_cast<std::uint32_t>(number));
                try_file(damaged);
            }
        }
    });
    CHECK(test::last_error().code == RT_E_NOT_FOUND);
}

TEST_CASE("random damage never crashes the reader") {
    const std::string image = test::read_file(test::plugin_path("hook_d"));
    // Where the reader looks: the headers and the notes.
    const auto headers_end =
        get<std::uint64_t>(image, program_headers_at) + get<std::uint16_t>(image, header_count_at) * sizeof(Elf64_Phdr);
    const std::size_t notes = image.find("rtffi");
    REQUIRE(notes != std::string::npos);
    test::TempFolder folder;
    const unsigned seed = std::random_device{}();
    INFO("seed ", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 2000; round++) {
        std::string damaged = image;
        const int flips = 1 + static_cast<int>(random() % 8);
        for (int i = 0; i < flips; i++) {
            const std::size_t at = i % 2 == 0 ? random() % headers_end : notes - 12 + random() % 800;
            damaged[std::min(at, damaged.size() - 1)] = static_cast<char>(random());
        }
        folder.write("librtffi_flipped.so", damaged);
        const std::string said = said_of(folder);
        REQUIRE(!said.empty());
    }
}

TEST_CASE("random damage to the dynamic section, the symbols and their hashes never crashes rt_inspect") {
    const std::string image = test::read_file(test::plugin_path("unmappable"));
    // The linker puts the hashes, the symbols and their names right behind the headers.
    const auto headers_end =
        get<std::uint64_t>(image, program_headers_at) + get<std::uint16_t>(image, header_count_at) * sizeof(Elf64_Phdr);
    std::uint64_t dynamic = 0;
    std::uint64_t size = 0;
    each_program_header(image, [&](std::size_t header) {
        if (get<std::uint32_t>(image, header) == PT_DYNAMIC) {
            dynamic = get<std::uint64_t>(image, header + 8);
            size = get<std::uint64_t>(image, header + 32);
        }
    });
    REQUIRE(size != 0);
    const test::TempFolder folder;
    const unsigned seed = std::random_device{}();
    INFO("seed ", seed);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 1000; round++) {
        std::string damaged = image;
        for (std::uint64_t i = 0; i <= random() % 6; i++) {
            const std::uint64_t entry = dynamic + random() % (size / 8) * 8;
            put(damaged, i % 2 == 0 ? entry : headers_end + random() % 4096 / 4 * 4,
                static_cast<std::uint32_t>(random() >> random() % 32));
        }
        const std::string path = folder.write("damaged.so", damaged);
        rt_value text = rt_none();
        REQUIRE(rt_inspect(path.c_str(), &text) == RT_OK);
        rt_value_clear(&text);
    }
}

TEST_CASE("notes with anything in them are passed over or refused, and what is sound is still found") {
    std::string image = test::read_file(test::plugin_path("hook_d"));
    test::TempFolder folder;
    // A plugin record that has lost its name is no plugin record.
    const std::size_t name = image.find("name=hook_d");
    REQUIRE(name != std::string::npos);
    image.replace(name, 4, "nome");
    const std::string path = folder.write("librtffi_nameless.so", image);
    said_of(folder);
    CHECK(rt_dlopen(path.c_str(), 0) == 0);
    CHECK(test::last_error().cause == "no_metadata");
    // A signature that differs by one letter from what is registered.
    std::string other = test::read_file(test::plugin_path("hook_d"));
    const std::size_t signature = other.find("sig=hook_d_answer");
    REQUIRE(signature != std::string::npos);
    other[signature + 4] = 'H';
    const std::string renamed = folder.write("librtffi_renamed.so", other);
    CHECK(rt_dlopen(renamed.c_str(), 0) == 0);
    CHECK(test::last_error().cause == "metadata_mismatch");
    CHECK(rt_lookup("hook_d_answer") == nullptr);
}
