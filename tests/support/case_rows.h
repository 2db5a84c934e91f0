#pragma once

#include "tests/support/channel_fixture.h"

#include <QString>
#include <QTest>

#include <string>

Q_DECLARE_METATYPE(ipclab::Case)

namespace ipclab {

/// Those of all cases that are meant, in a column "row".
template <typename Predicate>
void addRows(Predicate isMeant)
{
    QTest::addColumn<Case>("row");
    for (const Case& row : allCases())
        if (isMeant(row))
            QTest::newRow(row.name.c_str()) << row;
}

/// For QCOMPARE, which shows no std::string.
inline QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

} // namespace ipclab
