// Preloaded: makes the LibTorch in the process say that it is of another version than any plugin was built for.
#include <map>
#include <string>

namespace caffe2 {
[[gnu::visibility("default")]] const std::map<std::string, std::string> &GetBuildOptions();
const std::map<std::string, std::string> &GetBuildOptions() {
    static const std::map<std::string, std::string> options{{"TORCH_VERSION", "0.4.1"}};
    return options;
}
} // namespace caffe2
