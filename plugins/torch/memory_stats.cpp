// memory_stats.cpp - the statistics of a device's memory by name.
#include "memory_stats.hpp"

namespace rt::libtorch {

namespace {

using StatArray = decltype(DeviceStats::allocation);
using Stat = decltype(DeviceStats::oversize_allocations);

struct OfPools {
    const char *name;
    StatArray DeviceStats::*stat;
};
constexpr OfPools of_pools[] = {
    {"allocation", &DeviceStats::allocation},
    {"segment", &DeviceStats::segment},
    {"active", &DeviceStats::active},
    {"inactive_split", &DeviceStats::inactive_split},
    {"allocated_bytes", &DeviceStats::allocated_bytes},
    {"reserved_bytes", &DeviceStats::reserved_bytes},
    {"active_bytes", &DeviceStats::active_bytes},
    {"inactive_split_bytes", &DeviceStats::inactive_split_bytes},
    {"requested_bytes", &DeviceStats::requested_bytes},
};
constexpr const char *pools[] = {"all", "small_pool", "large_pool"}; // in the order of c10's StatType

struct OfAll {
    const char *name;
    Stat DeviceStats::*stat;
};
constexpr OfAll of_all[] = {
    {"oversize_allocations", &DeviceStats::oversize_allocations},
    {"oversize_segments", &DeviceStats::oversize_segments},
};

struct Part {
    const char *name;
    std::int64_t Stat::*part;
};
constexpr Part parts[] = {
    {"current", &Stat::current},
    {"peak", &Stat::peak},
    {"allocated", &Stat::allocated},
    {"freed", &Stat::freed},
};

struct Number {
    const char *name;
    std::int64_t DeviceStats::*number;
};
constexpr Number numbers[] = {
    {"num_alloc_retries", &DeviceStats::num_alloc_retries},       {"num_ooms", &DeviceStats::num_ooms},
    {"num_sync_all_streams", &DeviceStats::num_sync_all_streams}, {"num_device_alloc", &DeviceStats::num_device_alloc},
    {"num_device_free", &DeviceStats::num_device_free},           {"max_split_size", &DeviceStats::max_split_size},
};

} // namespace

std::tuple<std::vector<std::string>, std::vector<std::int64_t>> named_stats(const DeviceStats &stats) {
    std::tuple<std::vector<std::string>, std::vector<std::int64_t>> named;
    auto &[names, values] = named;
    const auto add = [&](const std::string &name, const Stat &stat) {
        for (const auto &[part_name, part] : parts) {
            names.push_back(name + "." + part_name);
            values.push_back(stat.*part);
        }
    };
    for (const auto &[name, stat] : of_pools) {
        for (std::size_t pool = 0; pool < std::size(pools); pool++) {
            add(std::string(name) + "." + pools[pool], (stats.*stat)[pool]);
        }
    }
    for (const auto &[name, stat] : of_all) {
        add(name, stats.*stat);
    }
    for (const auto &[name, number] : numbers) {
        names.emplace_back(name);
        values.push_back(stats.*number);
    }
    return named;
}

} // namespace rt::libtorch
