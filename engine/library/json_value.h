#pragma once

#include <nlohmann/json.hpp>

#include <cmath>
#include <vector>

namespace ipclab {

/// Keeps its members in the order in which they were added.
using Json = nlohmann::ordered_json;

/// JSON knows neither infinity nor what is no number: 0 stands for both.
inline double finite(double number)
{
    return std::isfinite(number) ? number : 0;
}

/// A list with what toJsonValue() makes of each item.
template <typename Item>
Json toJsonList(const std::vector<Item>& items)
{
    Json list = Json::array();
    for (const Item& item : items)
        list.push_back(toJsonValue(item));
    return list;
}

} // namespace ipclab
