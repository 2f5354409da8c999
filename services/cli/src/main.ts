import { createProgram } from './program.ts';
import { endWithReader } from './say.ts';

endWithReader();
void createProgram().parseAsync();
