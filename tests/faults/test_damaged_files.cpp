// Files that are cut off, have flipped bytes, or are for another machine.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include <doctest/doctest.h>

#include "../loader/support/elf_image.hpp"
#include "fault.hpp"

namespace {

bool inspected_without_crash(const std::string &path) {
    rt_value text = rt_none();
    const bool fine = rt_inspect(path.c_str(), &text) == RT_OK;
    rt_value_clear(&text);
    return fine;
}

// As a scan of the search path reads it, and by its path.
bool read_without_crash(const std::string &path) {
    return inspected_without_crash(path) && rt_dlopen("no_plugin_has_this_name", 0) == 0 &&
           test::last_error().code == RT_E_NOT_FOUND;
}

// The same seed gives the same files: RTFFI_FAULT_SEED takes another one.
std::uint64_t seed() {
    const char *given = std::getenv("RTFFI_FAULT_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 20261123;
}

std::string flipped(std::string image, std::uint64_t number) {
    std::mt19937_64 random(seed() + number);
    for (std::uint64_t i = 0; i <= random() % 8; i++) {
        char &byte = image[random() % image.size()];
        byte = static_cast<char>(byte ^ static_cast<char>(1 + random() % 255));
    }
    return image;
}

} // namespace

TEST_CASE("a file that is cut off anywhere is refused") {
    for (const std::string &whole : {test::sample_path("geometry"), test::sample_path("text")}) {
        const std::string image = test::read_file(whole);
        const std::size_t needed = test::end_of_segments(image);
        const test::TempFolder folder;
        rt_search_path_add(folder.path().c_str());
        const std::string path = folder.add(whole, "librtffi_cut.so");
        // Never loaded, so that the file may shrink.
        constexpr std::size_t step = RTFFI_FAULT_STEP;
        for (std::size_t size = (needed - 1) / step * step;; size -= step) {
            std::filesystem::resize_file(path, size);
            REQUIRE(read_without_crash(path));
            REQUIRE(faults::refused("a file cut off every " + std::to_string(step) + " bytes", path,
                                    {size < 4 ? "not_elf" : "truncated"}));
            if (size == 0) {
                break;
            }
        }
    }
}

TEST_CASE("a file whose end is cut off, where nothing of it is mapped, loads") {
    const std::string image = test::read_file(test::sample_path("geometry"));
    const test::TempFolder folder;
    const test::Opened whole(folder.write("librtffi_cut.so", image.substr(0, test::end_of_segments(image))));
    CHECK_MESSAGE(whole.handle != 0, rt_dlerror());
}

TEST_CASE("files with bytes flipped are read without a crash") {
    const std::string image = test::read_file(test::sample_path("text"));
    const test::TempFolder folder;
    rt_search_path_add(folder.path().c_str());
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed()));
    const faults::Registry before = faults::registry();
    constexpr std::uint64_t files = RTFFI_FAULT_FLIPS;
    for (std::uint64_t i = 0; i < files; i++) {
        const std::string path = folder.write("librtffi_flipped.so", flipped(image, i));
        REQUIRE_MESSAGE(read_without_crash(path), "file ", i);
    }
    CHECK(faults::registry() == before);
    faults::count("files with bytes flipped, read", files, files);
}

// Where a host demands digests, no damage comes as far as the dynamic linker.
CHILD("damaged/digests") {
    const test::TempFolder folder;
    const std::string whole = folder.add(test::sample_path("text"), "librtffi_text.so");
    const test::ChildResult digest = test::run_program({"/usr/bin/sha256sum", whole});
    REQUIRE(digest.status == 0);
    const std::string list = folder.write("digests", digest.output);
    REQUIRE(rt_trust_require(RT_TRUST_DIGESTS, list.c_str()) == RT_OK);
    const std::string image = test::read_file(whole);
    constexpr std::uint64_t files = RTFFI_FAULT_FLIPS;
    for (std::uint64_t i = 0; i < files; i++) {
        const std::string path = folder.write("librtffi_flipped.so", flipped(image, i));
        REQUIRE(rt_dlopen(path.c_str(), 0) == 0);
        const test::LastError error = test::last_error();
        REQUIRE((error.code == RT_E_UNTRUSTED && error.cause == "bad_digest"));
    }
    REQUIRE(faults::registry() == faults::Registry{});
    test::Opened good(whole);
    REQUIRE(good.handle != 0);
    REQUIRE(good.close() == RT_OK);
    faults::report("files with bytes flipped, opened where digests are demanded", files, files);
}
TEST_CASE("no file with bytes flipped is loaded where digests are demanded") {
    CHECK(faults::child_survives("damaged/digests"));
}

TEST_CASE("a file for another class, byte order, machine or purpose is refused") {
    const std::string image = test::read_file(test::sample_path("text"));
    const test::TempFolder folder;
    struct Case {
        const char *kind;
        std::size_t at;
        char value;
        const char *cause;
    };
    constexpr Case cases[] = {
        {"the class of 32 bits", EI_CLASS, ELFCLASS32, "wrong_architecture"},
        {"no class", EI_CLASS, 9, "wrong_architecture"},
        {"the other byte order", EI_DATA, ELFDATA2MSB, "wrong_architecture"},
        {"another machine", 18, static_cast<char>(EM_S390), "wrong_architecture"},
        {"a program", 16, ET_EXEC, "not_a_library"},
        {"an object file", 16, ET_REL, "not_a_library"},
        {"a core dump", 16, ET_CORE, "not_a_library"},
        {"program headers of another size", 54, 32, "truncated"},
        {"no program headers", test::header_count_at, 0, "truncated"},
    };
    for (const Case &one : cases) {
        std::string damaged = image;
        damaged[one.at] = one.value;
        const std::string path = folder.write("librtffi_other.so", damaged);
        CHECK(read_without_crash(path));
        CHECK(faults::refused(one.kind, path, {one.cause}));
    }
}

TEST_CASE("a file without sections, or with sections that lie, is as good as any: nothing reads them") {
    const test::TempFolder folder;
    std::string image = test::read_file(test::sample_path("text"));
    constexpr std::size_t sections_at = 40;
    constexpr std::size_t section_count_at = 60;
    const auto sections = test::get<std::uint64_t>(image, sections_at);
    for (std::size_t i = 0; i < test::get<std::uint16_t>(image, section_count_at); i++) {
        test::put(image, sections + i * sizeof(Elf64_Shdr) + 24, ~std::uint64_t{0}); // its offset
        test::put(image, sections + i * sizeof(Elf64_Shdr) + 32, ~std::uint64_t{0}); // its size
    }
    const std::string lying = folder.write("librtffi_lying.so", image);
    test::put(image, sections_at, std::uint64_t{0});
    test::put(image, section_count_at, std::uint16_t{0});
    const std::string without = folder.write("librtffi_without.so", image);
    for (const std::string &path : {lying, without}) {
        const faults::Registry before = faults::registry();
        test::Opened plugin(path);
        REQUIRE_MESSAGE(plugin.handle != 0, rt_dlerror());
        const std::int64_t numbers[] = {1, 2, 3};
        const rt_value sum = test::call("text_sum", {rt_i64_array(numbers, 3)});
        CHECK(sum.payload.integer == 6);
        CHECK(plugin.close() == RT_OK);
        CHECK(faults::survived("no sections, or sections that lie", before, sum.payload.integer == 6));
    }
}

TEST_CASE("segments with sizes that lie are refused") {
    const std::string image = test::read_file(test::sample_path("text"));
    const test::TempFolder folder;
    test::each_program_header(image, [&](std::size_t header) {
        const auto type = test::get<std::uint32_t>(image, header);
        if (type != PT_LOAD && type != PT_NOTE) {
            return;
        }
        for (const std::uint64_t lie : {std::uint64_t{1} << 31, std::uint64_t{1} << 62, ~std::uint64_t{0}}) {
            for (const std::size_t field : {8U, 32U}) { // where it begins, and its size
                std::string damaged = image;
                test::put(damaged, header + field, lie);
                const std::string path = folder.write("librtffi_lying.so", damaged);
                CHECK(read_without_crash(path));
                // The linker's own notes are not read.
                if (type == PT_LOAD || test::get<std::uint64_t>(image, header + 48) <= 4) {
                    CHECK(faults::refused("segments with sizes that lie", path, {"truncated"}));
                }
            }
        }
    });
}
