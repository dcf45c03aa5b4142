// Streams of a device that is not CUDA's: one that a program registered as LibTorch's PrivateUse1. This program registers
// one with two devices, whose memory is the CPU's and whose streams only note what was asked of them.
#define DOCTEST_CONFIG_IMPLEMENT
#include "support.hpp"

#include <c10/core/Stream.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <rtffi/torch.hpp>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <thread>

using namespace torch_test;

namespace {

using c10::Device;
using c10::DeviceIndex;
using c10::Stream;
using c10::StreamId;

constexpr c10::DeviceType kind = c10::DeviceType::PrivateUse1;
constexpr DeviceIndex devices = 2;

// What was asked of the device.
std::atomic<StreamId> last_created{0};
std::atomic<StreamId> last_synchronized{0};
std::atomic<StreamId> last_copied_on{0};
std::atomic<StreamId> last_recorded_on{0};
std::atomic<bool> busy{false};

thread_local DeviceIndex current_device = 0;
thread_local StreamId current_stream[devices] = {0, 0};

struct Guard final : c10::impl::DeviceGuardImplInterface {
    c10::DeviceType type() const override { return kind; }
    Device exchangeDevice(Device device) const override {
        const Device before = getDevice();
        uncheckedSetDevice(device);
        return before;
    }
    Device getDevice() const override { return {kind, current_device}; }
    void setDevice(Device device) const override { uncheckedSetDevice(device); }
    void uncheckedSetDevice(Device device) const noexcept override { current_device = device.index(); }
    DeviceIndex deviceCount() const noexcept override { return devices; }
    Stream getStream(Device device) const noexcept override {
        return Stream(Stream::UNSAFE, device, current_stream[device.index()]);
    }
    Stream getDefaultStream(Device device) const override { return Stream(Stream::UNSAFE, device, 0); }
    Stream getStreamFromGlobalPool(Device device, bool) const override {
        return Stream(Stream::UNSAFE, device, ++last_created);
    }
    Stream exchangeStream(Stream stream) const noexcept override {
        const Stream before = getStream(stream.device());
        current_stream[stream.device_index()] = stream.id();
        return before;
    }
    bool queryStream(const Stream &) const override { return !busy; }
    void synchronizeStream(const Stream &stream) const override { last_synchronized = stream.id(); }
    void recordDataPtrOnStream(const c10::DataPtr &, const Stream &stream) const override {
        last_recorded_on = stream.id();
    }
};

at::Tensor make(at::IntArrayRef sizes, at::IntArrayRef strides, at::ScalarType type, Device device) {
    const std::size_t bytes = static_cast<std::size_t>(c10::multiply_integers(sizes)) * c10::elementSize(type);
    void *memory = std::malloc(bytes + 1);
    c10::Storage storage(c10::Storage::use_byte_size_t(), bytes, c10::DataPtr(memory, memory, std::free, device));
    at::Tensor tensor = at::detail::make_tensor<c10::TensorImpl>(
        std::move(storage), c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), c10::scalarTypeToTypeMeta(type));
    tensor.unsafeGetTensorImpl()->set_sizes_and_strides(sizes, strides);
    return tensor;
}

at::Tensor empty_strided(at::IntArrayRef sizes, at::IntArrayRef strides, c10::optional<at::ScalarType> type,
                         c10::optional<at::Layout>, c10::optional<Device> device, c10::optional<bool>) {
    return make(sizes, strides, type.value_or(at::kFloat), device.value_or(Device(kind, current_device)));
}

at::Tensor empty(at::IntArrayRef sizes, c10::optional<at::ScalarType> type, c10::optional<at::Layout>,
                 c10::optional<Device> device, c10::optional<bool>, c10::optional<at::MemoryFormat>) {
    const std::vector<std::int64_t> strides = at::empty(sizes).strides().vec();
    return make(sizes, strides, type.value_or(at::kFloat), device.value_or(Device(kind, current_device)));
}

at::Tensor copy_from(const at::Tensor &from, const at::Tensor &to, bool) {
    const Device device = to.is_cpu() ? from.device() : to.device();
    last_copied_on = current_stream[device.index()];
    std::memcpy(to.data_ptr(), from.data_ptr(), from.nbytes());
    return to;
}

H to_stream(const H &x, int device, const H &stream) {
    return call<H>("rt_torch_torchtensor_to_stream", x, device, stream);
}
H create(int device) { return call<H>("rt_torch_stream_create", device); }
std::int32_t device_of(const H &x) { return call<std::int32_t>("rt_torch_torchtensor_device", x); }
void check_numbers(const H &there, const Values &want) {
    check_values(call<H>("rt_torch_torchtensor_cpu", there), want);
}

} // namespace

TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
    library.impl("empty_strided", empty_strided);
    library.impl("empty.memory_format", empty);
    library.impl("_copy_from", copy_from);
}

TEST_SUITE("device") {

    TEST_CASE_FIXTURE(Torch, "a PrivateUse1 device is none of CUDA's") {
        CHECK_FALSE(call<bool>("rt_torch_cuda_available"));
        CHECK(call<std::int64_t>("rt_torch_cuda_device_count") == 0);
        expect_error(RT_E_UNAVAILABLE, "LibTorch finds no CUDA device",
                     [] { call("rt_torch_torchtensor_cuda", tensor({1}), 0); });
    }

    TEST_CASE_FIXTURE(Torch,
                      "to rtffi/torch.hpp a PrivateUse1 tensor is on no CUDA device, but on one it has no name for") {
        const rt::torch::Tensor there(to_stream(tensor({1, 2}), 1, create(1)));
        CHECK_FALSE(there.is_cuda());
        expect_error(RT_E_UNAVAILABLE, "neither the CPU nor CUDA's", [&] { there.device(); });
        expect_error(RT_E_UNAVAILABLE, "neither the CPU nor CUDA's", [&] { rt::torch::zeros_like(there); });
        CHECK(there.cpu().device() == rt::torch::Device("cpu"));
        CHECK(there.cpu().to_vector<double>() == Values{1, 2});
    }

    TEST_CASE_FIXTURE(Torch, "streams are those of a PrivateUse1 device where CUDA has none") {
        const H stream = create(1);
        const StreamId id = last_created;
        CHECK(std::string_view(stream.class_name()) == "TorchStream");
        call("rt_torch_torchstream_sync", stream);
        CHECK(last_synchronized == id);
        busy = true;
        CHECK_FALSE(call<bool>("rt_torch_torchstream_query", stream));
        busy = false;
        CHECK(call<bool>("rt_torch_torchstream_query", stream));
    }

    TEST_CASE_FIXTURE(Torch, "a freed stream is an error to use") {
        const std::int64_t stream = create(0).release();
        call("rt_torch_torchstream_free", stream);
        expect_error(RT_E_HANDLE, "freed", [stream] { call("rt_torch_torchstream_query", stream); });
        expect_error(RT_E_HANDLE, "freed", [stream] { call("rt_torch_torchstream_free", stream); });
    }

    TEST_CASE_FIXTURE(Torch, "a device that is not there is refused with the numbers of those that are") {
        for (const int device : {2, -2, 1000}) {
            expect_error(RT_E_ARGUMENT,
                         "there is no device " + std::to_string(device) +
                             ": devices are numbered from 0 to 1, and -1 is the "
                             "current one",
                         [device] { create(device); });
        }
    }

    TEST_CASE_FIXTURE(Torch, "to_stream copies on the stream and leaves the thread's device and stream as they were") {
        const H stream = create(1);
        const StreamId id = last_created;
        const H there = to_stream(tensor({1, 2, 3}), 1, stream);
        CHECK(last_copied_on == id);
        CHECK(device_of(there) == 1);
        CHECK_FALSE(call<bool>("rt_torch_torchtensor_is_cuda", there));
        CHECK(current_device == 0);
        CHECK(current_stream[1] == 0);
        check_numbers(there, {1, 2, 3});
    }

    TEST_CASE_FIXTURE(Torch,
                      "device -1 is the stream's device, and without a stream the thread's current device and stream") {
        const H stream = create(1);
        CHECK(device_of(to_stream(tensor({1}), -1, stream)) == 1);
        current_stream[0] = 77;
        const H there = to_stream(tensor({4}), -1, H());
        CHECK(device_of(there) == 0);
        CHECK(last_copied_on == 77);
        current_stream[0] = 0;
        check_numbers(there, {4});
    }

    TEST_CASE_FIXTURE(Torch, "a stream of one device does not copy to another") {
        const H stream = create(1);
        expect_error(RT_E_ARGUMENT, "stream belongs to device 1, and device_id is 0",
                     [&] { to_stream(tensor({1}), 0, stream); });
    }

    TEST_CASE_FIXTURE(Torch, "the memory that a copy on a stream reads is kept for that stream") {
        const H stream = create(1);
        const StreamId id = last_created;
        H there = to_stream(tensor({5, 6}), 0, H());
        last_recorded_on = -1;
        const H copy = to_stream(there, 1, stream);
        CHECK(last_recorded_on == id);
        there.reset();
        check_numbers(copy, {5, 6});
    }

    TEST_CASE_FIXTURE(Torch, "a stream may be used on a thread that did not create it") {
        const H stream = create(1);
        const StreamId id = last_created;
        H there;
        std::thread([&] { there = to_stream(tensor({8}), 1, stream); }).join();
        CHECK(last_copied_on == id);
        check_numbers(there, {8});
    }

} // TEST_SUITE

int main(int argc, char **argv) {
    setenv("CUDA_VISIBLE_DEVICES", "", 1); // streams are CUDA's first
    static Guard guard;
    const c10::impl::DeviceGuardImplRegistrar registrar(kind, &guard);
    return doctest::Context(argc, argv).run();
}
