// SPDX-License-Identifier: Apache-2.0
// error.hpp - the exception of rtffi, for hosts and for plugins. A host gets classes of it for some causes: host_errors.hpp.
#ifndef RTFFI_DETAIL_ERROR_HPP
#define RTFFI_DETAIL_ERROR_HPP

#include <exception>
#include <string>
#include <utility>

#include "../abi.h"

namespace rt {

// A failure with its status. A plugin throws it to fail with a status of its choice; a host catches it. `cause` is a
// short stable identifier for programs, finer than the code. The texts may be null, and read as "" then.
class Error : public std::exception {
  public:
    Error(rt_status code, std::string message, const char *cause = nullptr, const char *function = nullptr,
          const char *plugin = nullptr)
        : code_(code), message_(std::move(message)), cause_(cause != nullptr ? cause : ""),
          function_(function != nullptr ? function : ""), plugin_(plugin != nullptr ? plugin : "") {}

    rt_status code() const noexcept { return code_; }
    const char *what() const noexcept override { return message_.c_str(); }
    const char *cause() const noexcept { return cause_.c_str(); }
    // Which function failed, and whose it is; "" where it was none.
    const char *function() const noexcept { return function_.c_str(); }
    const char *plugin() const noexcept { return plugin_.c_str(); }

  private:
    rt_status code_;
    std::string message_;
    std::string cause_;
    std::string function_;
    std::string plugin_;
};

} // namespace rt

#endif
