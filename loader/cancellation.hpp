// cancellation.hpp - code that a cancelled thread must not be unwound out of.
#pragma once

#include <pthread.h>

namespace rt::core {

// For as long as it lives the thread is not cancelled; it is afterwards.
class NotCancelled {
  public:
    NotCancelled() { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
    NotCancelled(const NotCancelled &) = delete;
    NotCancelled &operator=(const NotCancelled &) = delete;
    ~NotCancelled() { pthread_setcancelstate(before_, nullptr); }

  private:
    int before_ = 0;
};

} // namespace rt::core
