// elf_image.hpp - a shared library's bytes, read and changed where its ELF headers say.
#pragma once

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace test {

// Offsets of the ELF header's fields.
inline constexpr std::size_t program_headers_at = 32;
inline constexpr std::size_t header_count_at = 56;

// Little-endian numbers.
template <class T> void put(std::string &image, std::size_t at, T value) {
    for (std::size_t i = 0; i < sizeof value; i++) {
        image[at + i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    }
}

template <class T> T get(const std::string &image, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); i++) {
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(image[at + i])) << (8 * i);
    }
    return static_cast<T>(value);
}

// Where each program header is.
template <class Visit> void each_program_header(const std::string &image, Visit visit) {
    const auto headers = get<std::uint64_t>(image, program_headers_at);
    for (std::size_t i = 0; i < get<std::uint16_t>(image, header_count_at); i++) {
        visit(headers + i * sizeof(Elf64_Phdr));
    }
}

// Where the last segment that is to be mapped ends: what lies behind it is not needed.
inline std::size_t end_of_segments(const std::string &image) {
    std::size_t end = 0;
    each_program_header(image, [&](std::size_t header) {
        if (get<std::uint32_t>(image, header) == PT_LOAD) {
            const std::size_t here = get<std::uint64_t>(image, header + 8) + get<std::uint64_t>(image, header + 32);
            end = here > end ? here : end;
        }
    });
    return end;
}

// One ELF note of rtffi: "sig=f() -> i64" and the like.
inline std::string elf_note(std::uint32_t type, const std::string &content) {
    std::string note(12, '\0');
    put(note, 0, std::uint32_t{6});
    put(note, 4, static_cast<std::uint32_t>(content.size()));
    put(note, 8, type);
    note += std::string("rtffi\0\0\0", 8) + content;
    note.resize((note.size() + 3) / 4 * 4);
    return note;
}

// The image with `notes` put in the place of its own notes that are aligned to 4, at its end.
inline std::string with_notes(std::string image, const std::string &notes) {
    image.resize((image.size() + 3) / 4 * 4);
    const std::uint64_t at = image.size();
    bool first = true;
    each_program_header(image, [&](std::size_t header) {
        if (get<std::uint32_t>(image, header) == PT_NOTE && get<std::uint64_t>(image, header + 48) <= 4) {
            put(image, header + 8, at);
            put(image, header + 32, first ? std::uint64_t{notes.size()} : 0);
            put(image, header + 40, first ? std::uint64_t{notes.size()} : 0);
            first = false;
        }
    });
    return image + notes;
}

} // namespace test
