/** What must be typed to begin anew: an account that is given up is gone. */
export const RESET_WORD = 'RESET';
