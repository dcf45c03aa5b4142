// process.cpp - the records of threads that call in, and what a call does in a process that forked or is exiting.
#include "process.hpp"

#include <link.h>

#include <cstring>

#include "fork.hpp"
#include "warnings.hpp"

namespace rt::libtorch {

constinit thread_local Thread *this_thread = nullptr;
constinit std::atomic<int> process_state{0};

namespace {

// Only ever grows at its head, so that walking it needs no lock: in an exit handler, or in a forked child.
constinit std::atomic<Thread *> first{nullptr};

void forget_thread(void *record) {
    this_thread = nullptr;
    static_cast<Thread *>(record)->taken.store(false, std::memory_order_release);
}

// Not a thread-local's destructor: one of those would run after this file's code is gone where a host unloads it.
pthread_key_t thread_end_key() {
    static const pthread_key_t key = [] {
        pthread_key_t made = 0;
        if (pthread_key_create(&made, forget_thread) != 0) {
            throw Error(RT_E_MEMORY, "the process has no thread-specific key left (PTHREAD_KEYS_MAX)");
        }
        return made;
    }();
    return key;
}

Thread &record_for_this_thread() {
    for (Thread *at = first.load(std::memory_order_acquire); at != nullptr; at = at->next) {
        if (!at->taken.load(std::memory_order_relaxed) && !at->taken.exchange(true, std::memory_order_acquire)) {
            at->depth.store(0, std::memory_order_relaxed);
            at->grad_modes.clear();
            at->outer_grad_modes = 0;
            at->autocasts.clear();
            at->streams.clear();
            return *at;
        }
    }
    auto *made = new Thread;
    made->next = first.load(std::memory_order_relaxed);
    while (!first.compare_exchange_weak(made->next, made, std::memory_order_release, std::memory_order_relaxed)) {
    }
    return *made;
}

} // namespace

Thread *first_thread() { return first.load(std::memory_order_acquire); }

Thread &introduce_thread() {
    const pthread_key_t key = thread_end_key();
    Thread &record = record_for_this_thread();
    if (pthread_setspecific(key, &record) != 0) {
        record.taken.store(false, std::memory_order_release);
        throw std::bad_alloc();
    }
    this_thread = &record;
    send_warnings_to_host();
    return record;
}

void look_after_process() {
    if ((process_state.load(std::memory_order_acquire) & process_exiting) != 0) {
        throw Error(RT_E_UNAVAILABLE,
                    "the process is exiting and LibTorch is being taken down: join threads that compute before main "
                    "returns or exit is called",
                    "exiting");
    }
    repair_after_fork();
}

bool libtorch_was_here_first() {
    // Objects are listed in the order they were loaded in; what dlopen loads for a plugin comes after the plugin.
    struct Search {
        const void *own;
        bool own_seen;
        bool libtorch_before;
    } search{reinterpret_cast<const void *>(&libtorch_was_here_first), false, false};
    dl_iterate_phdr(
        [](dl_phdr_info *info, std::size_t, void *data) {
            auto &s = *static_cast<Search *>(data);
            if (info->dlpi_name != nullptr && std::strstr(info->dlpi_name, "/libtorch_cpu.so") != nullptr) {
                s.libtorch_before = !s.own_seen;
            }
            for (int i = 0; i < info->dlpi_phnum; i++) {
                const ElfW(Phdr) &segment = info->dlpi_phdr[i];
                const auto begin = info->dlpi_addr + segment.p_vaddr;
                const auto address = reinterpret_cast<ElfW(Addr)>(s.own);
                s.own_seen = s.own_seen || (segment.p_type == PT_LOAD && address - begin < segment.p_memsz);
            }
            return 0;
        },
        &search);
    return search.libtorch_before;
}

} // namespace rt::libtorch
