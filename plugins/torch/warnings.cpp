// warnings.cpp - LibTorch's warnings go to the host's log.
#include "warnings.hpp"

#include <system_error>
#include <thread>

#include "process.hpp"
#include "version.hpp"

namespace rt::libtorch {

namespace {

class ToHost final : public WarningReceiver {
  public:
    void take(const std::string &message) override { log(2, message); }
};

// LibTorch keeps the handler per thread, and every thread starts with the same one.
c10::WarningHandler *what_threads_start_with() {
    static c10::WarningHandler *const handler = [] {
        c10::WarningHandler *found = warning_functions::get_warning_handler();
        try {
            std::thread([&found] { found = warning_functions::get_warning_handler(); }).join();
        } catch (const std::system_error &) {
            // No thread to be had: this one's handler will do, which is hardly ever another.
        }
        return found;
    }();
    return handler;
}

} // namespace

void send_warnings_to_host() {
    static ToHost *const receiver = new ToHost; // never destroyed: threads that outlive main still warn
    if (warning_functions::get_warning_handler() == what_threads_start_with()) {
        warning_functions::set_warning_handler(receiver);
    }
}

} // namespace rt::libtorch
