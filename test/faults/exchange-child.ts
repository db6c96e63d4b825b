/** A small exchange in a process of its own, which can be stopped by a signal. Tells its parent its address. */
import { SmallExchange } from '../small-exchange';

void SmallExchange.start().then(({ ws }) => process.send?.(ws));
process.on('disconnect', () => process.exit());
