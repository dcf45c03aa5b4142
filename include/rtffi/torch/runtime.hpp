// SPDX-License-Identifier: Apache-2.0
// runtime.hpp - is torch there, and why not; versions, seeds, threads.
#ifndef RTFFI_TORCH_RUNTIME_HPP
#define RTFFI_TORCH_RUNTIME_HPP

#include "api.hpp"

namespace rt::torch {

// Why tensors cannot be computed with here, and how to get LibTorch, in one line; "" where they can. Loads the torch plugin, where
// that has not been done. Where its stub is loaded, which knows shapes but no numbers, everything works until a number is asked
// for: that throws RT_E_UNAVAILABLE, with cause "no_libtorch". Never throws itself.
inline std::string why_unavailable() noexcept {
    try {
        api::load();
        return api::why_unavailable();
    } catch (const std::exception &error) {
        return error.what();
    }
}

// Whether the torch plugin loads and has LibTorch behind it.
inline bool available() noexcept { return why_unavailable().empty(); }

// The version of LibTorch, "1.13.1".
inline std::string version() { return api::version(); }

// How LibTorch was built: its BLAS, its CUDA, its compiler. For people to read; "" where LibTorch is not there.
inline std::string show_config() { return api::show_config(); }

// Makes random numbers, and with them initial weights and dropout, the same from run to run.
inline void manual_seed(std::int64_t seed) { api::manual_seed(seed); }

// How many threads LibTorch computes one operation with.
inline std::int64_t get_num_threads() { return api::get_num_threads(); }
inline void set_num_threads(std::int64_t count) { api::set_num_threads(count); }

} // namespace rt::torch

#endif
