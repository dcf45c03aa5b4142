// index_arguments.cpp - indices as a caller gives them; without LibTorch, since the stub reads the same.
#include "index_arguments.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <rtffi/detail/error.hpp>

namespace rt::libtorch {

namespace {

constexpr std::size_t longest_text = 64; // three numbers of 64 bits

std::string place_of(std::size_t position) { return str("indices[", position, "]"); }

[[noreturn]] void refuse_text(std::size_t position, std::string_view text) {
    refuse(str(place_of(position), " is \"", printable(text),
               "\": a text is \"...\" or a slice as Python writes it, such as \"1:5\", \":\" or ", "\"::2\""),
           "value");
}

// The number between two colons; none where nothing stands there.
std::optional<std::int64_t> bound_in(std::string_view part, std::size_t position, std::string_view whole) {
    if (part.empty()) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc() || end != part.data() + part.size()) {
        refuse_text(position, whole);
    }
    return std::clamp(number, -farthest, farthest);
}

Index slice_in(std::string_view text, std::size_t position) {
    const std::size_t first = text.find(':');
    if (first == std::string_view::npos) {
        refuse_text(position, text);
    }
    const std::size_t second = std::min(text.find(':', first + 1), text.size());
    const auto part = [&](std::size_t begin, std::size_t end) {
        return bound_in(begin > text.size() ? std::string_view() : text.substr(begin, end - begin), position, text);
    };
    const std::int64_t step = part(second + 1, text.size()).value_or(1);
    if (step < 1) {
        refuse(str(place_of(position), " is the slice \"", text, "\": its step must be 1 or more, and not ", step),
               "value");
    }
    return {IndexKind::slice, 0, part(0, first).value_or(0), part(first + 1, second).value_or(farthest), step, 1};
}

Index in_text(const rt_value &value, std::size_t position) {
    const auto *characters = static_cast<const char *>(value.payload.pointer);
    if (characters == nullptr && value.size != 0) {
        refuse(place_of(position) + ": the pointer is null but the count is not 0");
    }
    const std::string_view text(characters,
                                static_cast<std::size_t>(std::min<std::uint64_t>(value.size, longest_text + 1)));
    if (text == "...") {
        return {IndexKind::ellipsis};
    }
    if (text.size() > longest_text) {
        refuse_text(position, text);
    }
    return slice_in(text, position);
}

Index read_index(const rt_value &value, std::size_t position) {
    const std::int64_t number = value.payload.integer;
    switch (value.type) {
    case RT_NONE:
        return {};
    case RT_INTEGER:
        if (number > farthest || number < -farthest) {
            refuse(str(place_of(position), " is ", number, ", which is out of range: no dimension is so long"),
                   "index");
        }
        return {IndexKind::integer, number, 0, 0, 1, 1};
    case RT_BOOL:
        if (number != 0 && number != 1) {
            refuse(place_of(position) + ": a bool is 0 or 1");
        }
        return {IndexKind::boolean, number};
    case RT_HANDLE:
        if (number == 0) {
            refuse_index_handle(position, number);
        }
        return {IndexKind::tensor, number, 0, 0, 1, 1};
    case RT_TEXT:
        return in_text(value, position);
    default:
        throw Error(RT_E_TYPE,
                    place_of(position) +
                        " is of a type that is no index: give an integer, a bool, none, a tensor, or a text such as "
                        "\"1:5\" or \"...\"");
    }
}

} // namespace

std::vector<Index> read_indices(std::span<const rt_value> list) {
    if (list.empty()) {
        refuse("indices is empty: give one or more", "index");
    }
    std::vector<Index> indices;
    indices.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); i++) {
        indices.push_back(read_index(list[i], i));
    }
    const auto is_ellipsis = [](const Index &index) { return index.kind == IndexKind::ellipsis; };
    if (std::ranges::count_if(indices, is_ellipsis) > 1) {
        refuse("indices has more than one \"...\"", "index");
    }
    return indices;
}

void check_index_count(std::span<const Index> indices, std::int64_t dims) {
    std::int64_t taken = 0;
    for (const Index &index : indices) {
        taken += index.takes;
    }
    if (taken > dims) {
        refuse(str("indices take ", taken, " dimensions, and the tensor has ", dims), "index");
    }
}

void refuse_index_handle(std::size_t position, std::int64_t handle) {
    throw Error(RT_E_HANDLE, str(place_of(position), handle == 0 ? " is the handle 0" : " is no live handle",
                                 ": a tensor is needed"));
}

} // namespace rt::libtorch
