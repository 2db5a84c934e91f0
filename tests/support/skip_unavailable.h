#pragma once

#include "engine/mechanisms/catalog.h"

#include <QtTest>

/// For a test's init(): skips rows, named "MECHANISM" or "MECHANISM, …", whose mechanism this host does not
/// offer, and says why.
#define IPCLAB_SKIP_UNAVAILABLE_ROW()                                                                        \
    do {                                                                                                     \
        const QString row = QTest::currentDataTag();                                                         \
        const ipclab::Mechanism* rowMechanism = ipclab::findMechanism(row.section(',', 0, 0).toStdString()); \
        if (const auto lack = rowMechanism ? rowMechanism->unavailable() : std::nullopt)                     \
            QSKIP(lack->clause().c_str());                                                                   \
    } while (false)
