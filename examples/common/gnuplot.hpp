// gnuplot.hpp - pictures drawn by gnuplot where it is installed.
#pragma once

#include <filesystem>
#include <string>

// Whether there is a gnuplot on PATH.
bool can_plot();

// A text between gnuplot's single quotes.
std::string quoted(const std::string &text);

// What a script begins with: a PNG of that size in pixels.
std::string terminal(int width, int height, const std::filesystem::path &file);

// Hands a script to gnuplot, and looks for the picture it should have made. gnuplot's own complaints go to standard error.
bool run_gnuplot(const std::string &script, const std::filesystem::path &file);
