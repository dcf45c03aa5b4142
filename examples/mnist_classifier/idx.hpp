// idx.hpp - IDX files, the format of MNIST and Fashion-MNIST, gzip or not.
//
// A file begins with two zero bytes, the type of the elements (8: unsigned bytes) and the number of dimensions; then come
// the dimensions, 32 bits each with the most significant byte first, then the elements. Described by Yann LeCun on the
// page of the MNIST database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

struct Dataset {
    std::int64_t count = 0;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<std::uint8_t> pixels; // count x rows x columns
    std::vector<std::uint8_t> labels; // count
};

// Reads `PREFIX-images-idx3-ubyte` and `PREFIX-labels-idx1-ubyte` in `folder`, with or without .gz; at most `limit` of the
// images, where it is not 0. A missing, damaged or unsuitable file throws std::runtime_error with the path and the reason.
Dataset read_dataset(const std::filesystem::path &folder, const std::string &prefix, std::int64_t limit);
