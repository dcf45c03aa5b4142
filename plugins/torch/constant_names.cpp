#include "constant_names.hpp"

namespace rt::libtorch {

namespace {

template <class T> struct Named {
    std::string_view name;
    T value;
};

constexpr Named<at::Layout> layouts[] = {
    {"strided", at::Layout::Strided},      {"sparse_coo", at::Layout::Sparse},    {"sparse_csr", at::Layout::SparseCsr},
    {"_mkldnn", at::Layout::Mkldnn},       {"sparse_csc", at::Layout::SparseCsc}, {"sparse_bsr", at::Layout::SparseBsr},
    {"sparse_bsc", at::Layout::SparseBsc},
};

constexpr Named<at::MemoryFormat> formats[] = {
    {"contiguous_format", at::MemoryFormat::Contiguous},
    {"preserve_format", at::MemoryFormat::Preserve},
    {"channels_last", at::MemoryFormat::ChannelsLast},
    {"channels_last_3d", at::MemoryFormat::ChannelsLast3d},
};

template <class T, std::size_t N> std::string name_in(const Named<T> (&table)[N], T value) {
    for (const Named<T> &entry : table) {
        if (entry.value == value) {
            return std::string(entry.name);
        }
    }
    return std::to_string(static_cast<int>(value)); // of a newer LibTorch
}

template <class T, std::size_t N> std::optional<T> find_in(const Named<T> (&table)[N], std::string_view name) {
    for (const Named<T> &entry : table) {
        if (entry.name == name) {
            return entry.value;
        }
    }
    return std::nullopt;
}

} // namespace

std::string name_of(at::Layout layout) { return name_in(layouts, layout); }
std::string name_of(at::MemoryFormat format) { return name_in(formats, format); }
std::optional<at::Layout> find_layout(std::string_view name) { return find_in(layouts, name); }
std::optional<at::MemoryFormat> find_memory_format(std::string_view name) { return find_in(formats, name); }

} // namespace rt::libtorch
