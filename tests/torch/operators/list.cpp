#include "list.hpp"

#include <algorithm>

namespace operators {

std::vector<Named> all_operators() {
    std::vector<Named> all;
    for (const c10::OperatorName &name : c10::Dispatcher::singleton().getAllOpNames()) {
        all.push_back({name.name + "." + (name.overload_name.empty() ? "default" : name.overload_name),
                       c10::Dispatcher::singleton().findSchemaOrThrow(name.name.c_str(), name.overload_name.c_str())});
    }
    std::sort(all.begin(), all.end(), [](const Named &a, const Named &b) { return a.name < b.name; });
    return all;
}

bool left_out(const std::string &name) {
    static const char *const parts[] = {"from_file", "profiler::",      "c10d",    "symm_mem", "static_runtime::",
                                        "_dtensor",  "set_num_threads", "_test::", "inductor"};
    return std::any_of(std::begin(parts), std::end(parts),
                       [&](const char *p) { return name.find(p) != std::string::npos; });
}

bool undefined(const std::string &name) {
    static const char *const parts[] = {"histogramdd", "set_.source_Tensor_storage_offset",
                                        "_sobol_engine_initialize_state_", "_cholesky_solve_helper"};
    return std::any_of(std::begin(parts), std::end(parts),
                       [&](const char *p) { return name.find(p) != std::string::npos; });
}

} // namespace operators
