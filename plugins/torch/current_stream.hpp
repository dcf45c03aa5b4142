// current_stream.hpp - the stream that a thread's work goes to, and its device.
#pragma once

#include "tensor.hpp"

namespace rt::libtorch {

// Makes a stream and its device the thread's current ones. The result says what was, for `put_back`. c10::StreamGuard does the same,
// but lies in a header that differs between LibTorch's versions.
StreamBefore make_current(const c10::Stream &stream);
void put_back(const StreamBefore &before);

// The thread's current stream of its current device, where `stream` is null.
c10::Stream stream_or_current(const Stream *stream);

// The same for as long as one lives.
class OnStream {
  public:
    explicit OnStream(const c10::Stream &stream) : before_(make_current(stream)) {}
    OnStream(const OnStream &) = delete;
    OnStream &operator=(const OnStream &) = delete;
    ~OnStream() { put_back(before_); }

  private:
    StreamBefore before_;
};

} // namespace rt::libtorch
